"""`python -m kpisite` is the command `kpisite`."""

from kpisite.cli.main import main

if __name__ == "__main__":
    main()
