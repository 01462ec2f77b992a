"""Templates, and what they may reach: the one module that knows Jinja2.

A theme's templates only show.  A name that is not there is an error, and text is escaped unless it
was made safe before.  They run in a sandbox and within a bound of time, for whoever may change a
theme need not be one who may run programs where the site is built.
"""

import re
import signal
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from types import BuiltinMethodType
from typing import Any

from jinja2 import FunctionLoader, StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError
from jinja2.ext import Extension
from jinja2.lexer import TOKEN_DATA, TOKEN_VARIABLE_END, Token, TokenStream
from jinja2.nodes import Const, Getattr, Getitem, Node, Output, TemplateData
from jinja2.runtime import Context, Macro
from jinja2.sandbox import (
    UNSAFE_ASYNC_GENERATOR_ATTRIBUTES,
    UNSAFE_COROUTINE_ATTRIBUTES,
    UNSAFE_FUNCTION_ATTRIBUTES,
    UNSAFE_GENERATOR_ATTRIBUTES,
    UNSAFE_METHOD_ATTRIBUTES,
    ImmutableSandboxedEnvironment,
    modifies_known_mutable,
)
from markupsafe import escape

from kpisite.core.memory import memory_bounded
from kpisite.write.code import qr
from kpisite.write.compact import Compactor
from kpisite.write.compiled import Compiled

#: What a template may do to a value besides what Jinja2 brings.
FILTERS: Mapping[str, Any] = {"qr": qr}

#: So many seconds of work a page may take; the largest of a large company takes one or two.
MOST_SECONDS = 20.0
#: So much memory a page of a site's own theme may take, besides what there is already.
MOST_MEMORY = 1024 * 1024 * 1024


class ThemeError(Exception):
    """A template that cannot be used, or names what is not there: which, at which line (0 where
    that is not known), and why; `is_bound` where it took all the time or memory of a page."""

    def __init__(self, template: str, line: int, detail: str, *, is_bound: bool = False) -> None:
        super().__init__(template, line, detail)
        self.template = template
        self.line = line
        self.detail = detail
        self.is_bound = is_bound

    def __str__(self) -> str:
        return f"{self.template}:{self.line}: {self.detail}".replace(":0: ", ": ", 1)


class TooLong(BaseException):
    """A page was at work for longer than any page takes: a loop that does not end.

    No `except Exception` between the loop and us may take it for something else.
    """


#: A field of a text to be filled in that asks for a part of what it names: `{name.part}`.
_REACHES_IN = re.compile(r"\{[^}]*[.\[]").search


#: Types whose methods change them: a template sees values, and leaves them as they are.
_MUTABLE: tuple[Any, ...] = ([], {}, set(), deque())

#: Names that the sandbox has to look at when a template asks for them; all others that do not
#: begin with an underscore are the figures and words of a page, and are given as they are.
_WATCHED = (
    {"format", "format_map", "mro"}
    | UNSAFE_FUNCTION_ATTRIBUTES
    | UNSAFE_METHOD_ATTRIBUTES
    | UNSAFE_GENERATOR_ATTRIBUTES
    | UNSAFE_COROUTINE_ATTRIBUTES
    | UNSAFE_ASYNC_GENERATOR_ATTRIBUTES
    | {name for one in _MUTABLE for name in dir(one) if modifies_known_mutable(one, name)}
)


class _CodeGenerator(CodeGenerator):
    """Jinja2's, but a text in which nothing is to be escaped passes as it is, as nine in ten do,
    and a name that the sandbox need not look at is looked up without it: nearly all are."""

    def visit_Getattr(self, node: Getattr, frame: Frame) -> None:  # noqa: N802
        if node.attr.startswith("_") or node.attr in _WATCHED:
            super().visit_Getattr(node, frame)
            return
        of, found = self.temporary_identifier(), self.temporary_identifier()
        self.write(f"({found} if ({found} := getattr(({of} := ")
        self.visit(node.node, frame)
        self.write(f"), {node.attr!r}, missing)) is not missing")
        self.write(f" else environment.item({of}, {node.attr!r}))")

    def visit_Output(self, node: Output, frame: Frame) -> None:  # noqa: N802
        how = frame.eval_ctx
        if how.volatile or not how.autoescape or frame.require_output_check:
            super().visit_Output(node, frame)
            return
        begin, end = ("yield ", "") if frame.buffer is None else (f"{frame.buffer}.append(", ")")
        for child in node.nodes:
            self.writeline(begin, child)
            if isinstance(child, TemplateData):
                self.write(repr(child.data))
            else:
                it = self.temporary_identifier()
                self.write(f"({it} if type({it} := ")
                self.visit(child, frame)
                self.write(f") is Markup or type({it}) is str and not environment.special({it})")
                self.write(f" else environment.escape({it}))")
            self.write(end)


class _Laid(Extension):
    """Leaves out of a template what is laid out for people alone; lines keep their numbers."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        compact, line = Compactor(), 1
        for token in stream:
            # Jinja2 takes the break behind a statement itself, and leaves what follows it.
            begins_line, line = token.lineno > line, token.lineno
            if token.type == TOKEN_DATA:
                line += token.value.count("\n")
                text = compact.piece(token.value, begins_line=begins_line)
                yield Token(token.lineno, token.type, text)
            else:
                if token.type == TOKEN_VARIABLE_END:
                    compact.expression()
                yield token


#: The longest text or list that a template may multiply one to, and the largest power.
_LONGEST = 100_000


#: What Jinja2 hands to whatever is called within a loop or a block, for what asks for the context;
#: no macro does.
_OF_CONTEXT = ("_loop_vars", "_block_vars")


class Environment(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox: a template reaches what it is given, and nothing of Python behind that."""

    code_generator_class = _CodeGenerator
    #: The templates by name, as they were first asked for: their texts stay as they are.
    ready: dict[str, Template]
    intercepted_binops = frozenset(("*", "**", "%"))

    def get_template(self, name: Any, parent: str | None = None, globals: Any = None) -> Template:
        """The template of a name; it is asked for several times a page."""
        if globals is not None or not isinstance(name, str):
            return super().get_template(name, parent, globals)
        found = self.ready.get(name)
        if found is None:
            found = self.ready[name] = super().get_template(name, parent)
        return found

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What every template may name.  None has globals of its own, so it is the one dict: what
        Jinja2 lays over it for a template to change is slow, and asked several times a page."""
        return {**self.globals, **d} if d else self.globals

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """What fills in a text, in the sandbox's own way where that could reach into what it is
        given; nearly every text only names it."""
        if type(value) is BuiltinMethodType and value.__name__ == "format":
            text = value.__self__
            if type(text) is str and not _REACHES_IN(text):
                return value
        return super().wrap_str_format(value)

    #: Finds what has to be escaped in a text.
    special = staticmethod(re.compile("[&<>\"']").search)
    escape = staticmethod(escape)

    @staticmethod
    def item(obj: Any, name: str) -> Any:
        """What `obj` has under a key, for it has no attribute of that name."""
        try:
            return obj[name]
        except (TypeError, LookupError):
            return StrictUndefined(obj=obj, name=name)

    def call(__self, __context: Context, __obj: Any, *args: Any, **named: Any) -> Any:  # noqa: N805
        """As the sandbox does it; of a macro it need not be asked whether it is safe."""
        if type(__obj) is Macro:
            for name in _OF_CONTEXT:
                named.pop(name, None)
            return __obj(__context.eval_ctx, *args, **named)
        return super().call(__context, __obj, *args, **named)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Products that stay within memory; one of numbers is what it is."""
        if operator == "*":
            size = max((len(one) for one in (left, right) if hasattr(one, "__len__")), default=0)
            times = max((one for one in (left, right) if isinstance(one, int)), default=0)
            if size * times > _LONGEST:
                raise SecurityError(f"longer than {_LONGEST}")
        elif operator == "**" and max(abs(left), abs(right)) > 1000:
            raise SecurityError("a power beyond all figures")
        elif operator == "%" and isinstance(left, str):
            raise SecurityError("% on a text; write ~ between texts")
        return super().call_binop(context, operator, left, right)


def environment_of(files: Mapping[str, str]) -> Environment:
    """What makes templates of `files`, which are by name."""
    environment = Environment(
        loader=FunctionLoader(lambda name: (files[name], name, None) if name in files else None),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=Compiled(),
        extensions=[_Laid],
    )
    # The same records give the same page, whatever a theme does.
    del environment.globals["lipsum"], environment.filters["random"]
    environment.filters.update(FILTERS)
    environment.ready = {}
    return environment


def template_issue(name: str, text: str) -> tuple[int, str] | None:
    """The line and the words of what keeps a template from being used, as far as that can be known
    before there is anything to show."""
    environment = environment_of({name: text})
    try:
        with bounded():
            tree = environment.parse(text, name, name)
            environment.compile(tree, name, name)
    except TemplateSyntaxError as error:
        return error.lineno, error.message or type(error).__name__
    except (TooLong, RecursionError, MemoryError, ValueError, OverflowError, SyntaxError):
        return 1, "it nests too deep, or is too large"
    return next(_out_of_reach(tree), None)


def _out_of_reach(tree: Node) -> Iterator[tuple[int, str]]:
    for node in tree.find_all((Getattr, Getitem)):
        name: Any = None
        if isinstance(node, Getattr):
            name = node.attr
        elif isinstance(node, Getitem) and isinstance(node.arg, Const):
            name = node.arg.value
        if isinstance(name, str) and name.startswith("_"):
            yield node.lineno, f"'{name}' is out of a template's reach"


@contextmanager
def bounded() -> Iterator[None]:
    """Keeps what a site's own theme does within a bound of time and of memory; ours needs none, as
    it goes no further than the facts."""
    with in_time(), memory_bounded(MOST_MEMORY):
        yield


@contextmanager
def in_time() -> Iterator[None]:
    """Raises `TooLong` in work that takes more than `MOST_SECONDS` of the processor's time.

    Only the first thread of a process can be called like that; in another there is no bound.
    """
    is_first = threading.current_thread() is threading.main_thread()
    clock: Any = signal
    if not is_first or not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(clock.SIGVTALRM, _ring)
    clock.setitimer(clock.ITIMER_VIRTUAL, MOST_SECONDS)
    try:
        yield
    finally:
        clock.setitimer(clock.ITIMER_VIRTUAL, 0)
        signal.signal(clock.SIGVTALRM, before)


def _ring(_number: int, _frame: object) -> None:
    raise TooLong(f"it takes more than {MOST_SECONDS:.0f} seconds; a loop may not end")


def is_of_templates(error: BaseException) -> bool:
    """Whether it is a template that says something wrong, and not our own code."""
    return isinstance(error, TemplateError)


def theme_error(error: BaseException, template: str, files: Collection[str]) -> ThemeError:
    """`card.html:3: unexpected '}'`; where the line is not known, the template alone."""
    line = 0
    if isinstance(error, TemplateSyntaxError) and error.name:
        template, line = error.name, error.lineno
    else:
        step = error.__traceback__
        while step is not None:
            if step.tb_frame.f_code.co_filename in files:
                template, line = step.tb_frame.f_code.co_filename, step.tb_lineno
                compiled = step.tb_frame.f_globals.get("__jinja_template__")
                if compiled is not None:  # what Jinja2 did not see leaves from its own code
                    line = compiled.get_corresponding_lineno(line)
            step = step.tb_next
    said = error.message if isinstance(error, TemplateError) else str(error)
    is_bound = isinstance(error, TooLong | MemoryError)
    return ThemeError(template, line, said or type(error).__name__, is_bound=is_bound)
