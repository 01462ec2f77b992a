"""kpisite's templates in Hugo's language, so that both render the very same pages.

`go_template("card.html", files)` is the template with all that it extends, imports and includes,
in one piece.  The words of the pages do not change from page to page and stand in it as text.
Templates use a small part of Jinja2; whatever is not of that part ends in an error.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from html import escape
from importlib import import_module
from pkgutil import iter_modules
from string import Formatter

from jinja2 import Environment, nodes

from kpisite import pages
from kpisite.write.html import PIECES


def _html_fields() -> frozenset[str]:
    """The fields of facts that hold HTML, which no template escapes."""
    modules = [
        import_module(f"{pages.__name__}.{one.name}") for one in iter_modules(pages.__path__)
    ]
    types = [one for module in modules for one in vars(module).values()]
    return frozenset(
        field.name
        for one in types
        if isinstance(one, type) and is_dataclass(one)
        for field in fields(one)
        if "Markup" in str(field.type)
    )


HTML_FIELDS = _html_fields()
COMPARISONS = {"eq": "eq", "ne": "ne", "lt": "lt", "lteq": "le", "gt": "gt", "gteq": "ge"}


def go_template(name: str, files: Mapping[str, str], words: Mapping[str, str], company: str) -> str:
    """The template called `name` for Hugo, which takes a page's facts from its parameters."""
    return _Translation(files, words, company).page(name)


class _Translation:
    """One template on its way into the other language."""

    def __init__(self, files: Mapping[str, str], words: Mapping[str, str], company: str) -> None:
        self._files = files
        self._words = words
        self._company = company
        self._environment = Environment(trim_blocks=True, lstrip_blocks=True, autoescape=True)
        self._blocks: dict[str, list[nodes.Node]] = {}
        self._modules: dict[str, str] = {}
        self._macros: dict[str, str] = {}
        self._arguments: dict[str, list[str]] = {}
        self._bound: list[str] = ["card"]
        self._loops: list[tuple[str, str]] = []

    def page(self, name: str) -> str:
        """The whole template, with its macros before it."""
        body = self._whole(name)
        macros = "".join(
            f'{{{{ define "{macro}" }}}}{text}{{{{ end }}}}' for macro, text in self._macros.items()
        )
        return f"{macros}{{{{ $facts := .Params.facts }}}}{{{{ $card := .Params.card }}}}{body}"

    def _tree(self, name: str) -> nodes.Template:
        return self._environment.parse(self._files[name])

    def _whole(self, name: str) -> str:
        tree = self._tree(name)
        for macro in tree.find_all(nodes.Macro):
            self._macro(name, macro)
        for one in tree.find_all(nodes.Import):
            assert isinstance(one.template, nodes.Const)
            self._modules[one.target] = one.template.value
            for macro in self._tree(one.template.value).find_all(nodes.Macro):
                self._macro(one.template.value, macro)
        for block in tree.find_all(nodes.Block):
            self._blocks.setdefault(block.name, block.body)
        parent = tree.find(nodes.Extends)
        if parent is not None:
            assert isinstance(parent.template, nodes.Const)
            return self._whole(parent.template.value)
        self._modules[""] = name
        return self._all(tree.body)

    def _macro(self, file: str, macro: nodes.Macro) -> None:
        names = [one.name for one in macro.args]
        outer, self._bound = self._bound, names
        module, self._modules[""] = self._modules.get("", ""), file
        whole = len(names) == 1
        taken = (f"{{{{ ${name} := {'.' if whole else f'.{name}'} }}}}" for name in names)
        text = "".join(taken) + self._all(macro.body)
        self._bound, self._modules[""] = outer, module
        self._arguments[f"{file}.{macro.name}"] = names
        self._macros[f"{file}.{macro.name}"] = text

    def _all(self, body: list[nodes.Node]) -> str:
        return "".join(self._statement(node) for node in body)

    def _statement(self, node: nodes.Node) -> str:
        match node:
            case nodes.Output():
                return "".join(self._shown(one) for one in node.nodes)
            case nodes.If():
                return self._if(node)
            case nodes.For():
                return self._for(node)
            case nodes.Block():
                return self._all(self._blocks[node.name])
            case nodes.Assign(target=nodes.Name(name=name)):
                value = self._value(node.node)
                self._bound.append(name)
                return f"{{{{ ${name} := {value} }}}}"
            case nodes.Macro() | nodes.Import() | nodes.Extends():
                return ""
        raise NotImplementedError(node)

    def _if(self, node: nodes.If) -> str:
        text = f"{{{{ if {self._value(node.test)} }}}}{self._all(node.body)}"
        for other in node.elif_:
            text += f"{{{{ else if {self._value(other.test)} }}}}{self._all(other.body)}"
        if node.else_:
            text += f"{{{{ else }}}}{self._all(node.else_)}"
        return f"{text}{{{{ end }}}}"

    def _for(self, node: nodes.For) -> str:
        several = self._value(node.iter)
        index = f"i{len(self._loops)}"
        names = [one.name for one in node.target.find_all(nodes.Name)] or [node.target.name]
        element = names[0] if isinstance(node.target, nodes.Name) else f"e{len(self._loops)}"
        self._loops.append((index, several))
        self._bound += names
        unpacked = "".join(
            f"{{{{ ${name} := index ${element} {place} }}}}"
            for place, name in enumerate(names)
            if name != element
        )
        body = unpacked + self._all(node.body)
        if node.test is not None:
            body = f"{{{{ if {self._value(node.test)} }}}}{body}{{{{ end }}}}"
        del self._bound[-len(names) :]
        self._loops.pop()
        otherwise = f"{{{{ else }}}}{self._all(node.else_)}" if node.else_ else ""
        return f"{{{{ range ${index}, ${element} := {several} }}}}{body}{otherwise}{{{{ end }}}}"

    def _shown(self, node: nodes.Node) -> str:
        """A piece of text, or a value put into it."""
        match node:
            case nodes.TemplateData():
                return node.data
            case nodes.Name(name="company"):
                return escape(self._company)
            case nodes.Name(name=name) if name == "pay" or name in PIECES:
                return self._whole_inside(f"{name}.html")
            case nodes.Call(node=nodes.Getattr(node=said, attr="format")):
                return "".join(self._formatted(self._word(said), node.kwargs))
            case nodes.Call():
                return f"{{{{ template {self._call(node)} }}}}"
            case _ if self._is_word(node):
                return escape(self._word(node))
            case nodes.Getattr(attr=attr) if attr in HTML_FIELDS:
                return f"{{{{ safeHTML {self._value(node)} }}}}"
        return f"{{{{ {self._value(node)} }}}}"

    def _whole_inside(self, name: str) -> str:
        module = self._modules[""]
        text = self._whole(name)
        self._modules[""] = module
        return text

    def _formatted(self, word: str, given: list[nodes.Keyword]) -> Iterator[str]:
        values = {one.key: one.value for one in given}
        for text, field, _, _ in Formatter().parse(word):
            yield escape(text)
            if field is not None:
                yield f"{{{{ {self._value(values[field])} }}}}"

    def _call(self, node: nodes.Call) -> str:
        match node.node:
            case nodes.Name(name=macro):
                file = self._modules[""]
                if f"{file}.{macro}" not in self._macros:
                    file = next(
                        one for one in self._modules.values() if f"{one}.{macro}" in self._macros
                    )
            case nodes.Getattr(node=nodes.Name(name=module), attr=macro):
                file = self._modules[module]
            case _:
                raise NotImplementedError(node)
        return f'"{file}.{macro}" {self._given(f"{file}.{macro}", node)}'

    def _given(self, macro: str, node: nodes.Call) -> str:
        """What a macro is called with: a template of Hugo's takes one value, and so a table of
        several; what a caller leaves out is empty."""
        names = self._arguments[macro]
        given = dict(zip(names, map(self._value, node.args), strict=False))
        given |= {one.key: self._value(one.value) for one in node.kwargs}
        if len(names) == 1:
            return given[names[0]]
        pairs = (f'"{name}" {value}' for name, value in given.items())
        return f"(dict {' '.join(pairs)})"

    def _is_word(self, node: nodes.Node) -> bool:
        holder = getattr(node, "node", None)
        return isinstance(holder, nodes.Name) and holder.name == "w"

    def _word(self, node: nodes.Node) -> str:
        assert self._is_word(node)
        return self._words[node.attr if isinstance(node, nodes.Getattr) else node.arg.value]

    def _value(self, node: nodes.Node) -> str:
        match node:
            case nodes.Const(value=str() as text):
                return f'"{text}"'
            case nodes.Const(value=None):
                return "nil"
            case nodes.Const(value=value):
                return str(value).lower()
            case nodes.Name(name=name):
                return f"${name}" if name in self._bound else f"$facts.{name}"
            case nodes.Getattr(node=nodes.Name(name="loop"), attr=attr):
                return self._place_in_loop(attr)
            case nodes.Getattr(node=nodes.Name(name="page"), attr="title"):
                return "$.Title"
            case nodes.Getattr(node=nodes.Name(name="page"), attr="card"):
                return "$card"
            case nodes.Getattr(node=nodes.Name(name="page"), attr=attr):
                return f"$.Params.{attr}"
            case nodes.Getattr():
                return f"{self._value(node.node)}.{node.attr}"
            case nodes.Getitem():
                return f"(index {self._value(node.node)} {self._value(node.arg)})"
            case nodes.Filter(name="length"):
                return f"(len {self._value(node.node)})"
            case nodes.Not():
                return f"(not {self._value(node.node)})"
            case nodes.And() | nodes.Or():
                word = "and" if isinstance(node, nodes.And) else "or"
                return f"({word} {self._value(node.left)} {self._value(node.right)})"
            case nodes.Compare(ops=[one]):
                return f"({COMPARISONS[one.op]} {self._value(node.expr)} {self._value(one.expr)})"
        raise NotImplementedError(node)

    def _place_in_loop(self, attr: str) -> str:
        index, several = self._loops[-1]
        return {
            "index0": f"${index}",
            "first": f"(eq ${index} 0)",
            "last": f"(eq ${index} (sub (len {several}) 1))",
        }[attr]
