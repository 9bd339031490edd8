"""`python -m bench`: every question, then one table of ratios."""

from bench import decisions, history, lives
from bench.asked import run

if __name__ == "__main__":
    run(decisions.measure, history.measure, lives.measure)
