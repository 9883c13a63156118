"""`python -m sourcead` is the command `sourcead`."""

from sourcead.cli import main

if __name__ == "__main__":
    main(prog_name="sourcead")
