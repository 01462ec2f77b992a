"""`python -m kpisite` is the command `kpisite`."""

from kpisite.cli.start import main

if __name__ == "__main__":
    main()
