"""Runs Meed, DuckDB and bare decoding on the same data, each as its own process, and compares what they say.

`cargo bench --bench evaluate -- WORD …` runs this with the release binaries; benches/README.md has the words.
A process is measured by what the system says of it when it ends: wall seconds, CPU seconds of user and system,
and peak resident memory.
"""

import argparse
import csv as table_file
import json
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
DUCKDB = "duckdb==2.0.1"
VALUES = {"volume", "wait_nine_in_ten", "different_customers"}


class Run:
    """How a process went."""

    def __init__(self, command, folder, output):
        began = time.monotonic()
        with open(output, "w") as out, tempfile.TemporaryFile("w+") as errors:
            child = subprocess.Popen(command, cwd=folder, stdout=out, stderr=errors)
            _, status, usage = os.wait4(child.pid, 0)
            self.wall = time.monotonic() - began
            child.returncode = self.code = os.waitstatus_to_exitcode(status)
            errors.seek(0)
            self.errors = errors.read()
        self.cpu = usage.ru_utime + usage.ru_stime
        self.peak = usage.ru_maxrss // 1024
        if self.code:
            print(f"{shlex.join(command)}\n  ended with {self.code}: {self.errors.strip()}", file=sys.stderr)


class Side:
    """One of those that are compared, and its runs."""

    def __init__(self, name, command, folder, output):
        self.name, self.command, self.folder, self.runs = name, command, folder, []
        self.output = os.path.join(folder, output)

    def run(self, say=True):
        run = Run(self.command, self.folder, self.output)
        if run.code == 0:
            self.runs.append(run)
            if say:
                print(f"  {self.name:<24} {run.wall:8.2f} s {run.cpu:8.2f} s CPU {run.peak:6} MB", flush=True)
        return run

    def least(self, what):
        return min(getattr(run, what) for run in self.runs)

    def middle(self, what):
        return statistics.median(getattr(run, what) for run in self.runs)


def meed(folder, name="meed", options=(), output="meed.csv"):
    command = [os.environ["MEED"], "evaluate", "terms.contract", "--data", "data.yaml", "--cells"]
    return Side(name, [*command, *options], folder, output)


def peer(folder, form, variants=()):
    """DuckDB, in an environment of its own beside the data."""
    home = os.path.join(os.environ["BENCH_DATA"], "python")
    python = os.path.join(home, "bin", "python")
    if not os.path.exists(os.path.join(home, DUCKDB)):
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", DUCKDB], check=True)
        open(os.path.join(home, DUCKDB), "w").close()
    command = [python, os.path.join(HERE, "peer.py"), form, ".", f"{form}.json", *variants]
    return Side(f"duckdb {form}", command, folder, f"{form}.out")


def floor(folder):
    return Side("decoding alone", [os.environ["BENCH"], "floor", ".", "--bench"], folder, "floor.out")


def generate(*options):
    command = [os.environ["BENCH"], "generate", *map(str, options), "--bench"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def table(sides):
    """Least and median of all runs, and how many times the first one's median that is."""
    sides = [side for side in sides if side.runs]
    print(f"\n{'':<24} {'runs':>4} {'wall s':>17} {'x':>6} {'CPU s':>17} {'x':>6} {'peak MB':>8} {'x':>6}")
    for side in sides:
        shown = [f"{side.name:<24} {len(side.runs):>4}"]
        for what in ("wall", "cpu"):
            times = side.middle(what) / max(sides[0].middle(what), 0.001)
            shown.append(f"{side.least(what):8.2f} {side.middle(what):8.2f} {times:6.2f}")
        peak = max(run.peak for run in side.runs)
        shown.append(f"{peak:8} {peak / max(run.peak for run in sides[0].runs):6.2f}")
        print(" ".join(shown))
    print()


def interleaved(rounds, sides, once=()):
    for number in range(rounds):
        print(f"round {number + 1}", flush=True)
        for side in [*sides, *(once if number == 0 else ())]:
            side.run()


def answers(path):
    """What a file says, by measure and cell: above and below the line, or a value. Nothing is no answer."""
    with open(path) as file:
        if path.endswith(".json"):
            report = json.load(file)
            return {measure: {cell: tuple(pair) for cell, pair in cells.items()} for measure, cells in report.items()}
        found = {}
        for row in table_file.DictReader(file):
            segment = [row[f"by {number}"] for number in (1, 2, 3)]
            if not any(segment) or row["below"] == "0":
                continue
            pair = int(row["above"]), int(row["below"])
            if row["measure"] in VALUES:
                pair = int(row["value"] or row["above"]), None
            found.setdefault(row["measure"], {})["|".join((row["period"], *segment))] = pair
        return found


def differences(one, other):
    """Prints and counts the answers that are not the same in two files."""
    one_says, other_says = answers(one), answers(other)
    wrong = compared = 0
    for measure in sorted(one_says.keys() | other_says.keys()):
        ours, theirs = one_says.get(measure, {}), other_says.get(measure, {})
        cells = ours.keys() | theirs.keys()
        bad = sorted(cell for cell in cells if ours.get(cell) != theirs.get(cell))
        compared, wrong = compared + len(cells), wrong + len(bad)
        for cell in bad[:3]:
            print(f"  {measure} {cell}: {ours.get(cell)} and {theirs.get(cell)}")
    names = os.path.basename(one), os.path.basename(other)
    print(f"{names[0]} and {names[1]}: {compared} answers compared, {wrong} differ", flush=True)
    return wrong


def agree(folder, *names):
    """Compares in a process of its own, so that the memory this takes is in nobody's figures."""
    wrong = 0
    for name in names[1:]:
        pair = [os.path.join(folder, names[0]), os.path.join(folder, name)]
        if all(map(os.path.exists, pair)):
            wrong |= subprocess.run([sys.executable, __file__, "answers", *pair]).returncode
    return wrong


def forget(folder):
    """Answers of earlier runs would be compared in the place of new ones."""
    for name in ("meed.csv", "opt.json", "naive.json"):
        if os.path.exists(os.path.join(folder, name)):
            os.remove(os.path.join(folder, name))


def compare(asked):
    folder = generate("--rows", asked.rows)
    forget(folder)
    sides = [meed(folder, options=asked.meed), peer(folder, "opt"), floor(folder)]
    naive = [] if asked.no_naive else [peer(folder, "naive")]
    interleaved(asked.runs, sides, naive)
    table([*sides, *naive])
    return agree(folder, "opt.json", "meed.csv", "naive.json")


def csv(asked):
    folder = generate("--rows", asked.rows, "--format", "csv")
    forget(folder)
    sides = [meed(folder, options=asked.meed), peer(folder, "opt")]
    interleaved(asked.runs, sides)
    table(sides)
    return agree(folder, "opt.json", "meed.csv")


def growth(asked):
    sides = []
    for rows in asked.sizes:
        folder = generate("--rows", rows)
        memory = ["--memory", asked.memory] if asked.memory and rows >= 100_000_000 else []
        side = meed(folder, " ".join([str(rows), *memory]), [*asked.meed, *memory])
        sides.append(side)
        interleaved(asked.runs, [side])
    table(sides)
    print("rows, and what a million more of them cost since the size before (CPU s)")
    for before, side, rows, more in zip(sides, sides[1:], asked.sizes, asked.sizes[1:]):
        if before.runs and side.runs:
            print(f"{more:>12} {(side.least('cpu') - before.least('cpu')) / (more - rows) * 1e6:8.3f}")
    return 0


def skew(asked):
    sides = []
    for name in ("even", "customer", "second"):
        folder = generate("--rows", asked.rows, *([] if name == "even" else ["--skew", name]))
        sides.append(meed(folder, name, asked.meed))
    interleaved(asked.runs, sides)
    table(sides)
    wrong = 0
    if asked.peer:
        for side in sides:
            print(side.name)
            peer(side.folder, "opt", ["good=window"]).run()
            wrong |= agree(side.folder, "opt.json", "meed.csv")
    return wrong


def long_contract():
    """A contract of 200 lines."""
    with open(os.path.join(HERE, "head.contract")) as file:
        text = file.read()
    for number in range(15):
        text += f"""
set contacts_{number} = interactions
  where queue = "queue {number}" and not (abandoned and waited < 5 seconds)

measure solved_{number} {{
  share of contacts_{number} where resolved
    and not followed by contacts_{number} with same customer, topic within 14 days
}}
commitment solved_{number} {{
  target at least 75%
  pay scale on fee {{ 70% -4%; 74.5% 0%; 75.5% 0%; 80% +3% }}
}}
"""
    return text


def start(asked):
    """Small things, over and over; in milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "long.contract"), "w") as file:
            file.write(long_contract())
        binary = os.environ["MEED"]
        subprocess.run([binary, "evaluate", "--demo", "--no-run"], cwd=folder, check=True, capture_output=True)
        demo = ["evaluate", "demo/terms.contract", "--no-run"]
        words = {"--version": ["--version"], "check, 200 lines": ["check", "long.contract"], "evaluate the demo": demo}
        sides = [Side(name, [binary, *command], folder, "out") for name, command in words.items()]
        for _ in range(asked.runs):
            for side in sides:
                side.run(say=False)
        print(f"{'':<24} {'least ms':>9} {'median ms':>9} {'CPU ms':>9} {'peak MB':>8}")
        for side in sides:
            times = side.least("wall"), side.middle("wall"), side.middle("cpu")
            print(f"{side.name:<24} {' '.join(f'{seconds * 1000:9.1f}' for seconds in times)} {side.least('peak'):8}")
    return 0


def months(asked):
    """36 months, then one more that has arrived; going on from what was kept, and without."""
    data = generate("--rows", asked.rows, "--months-files", "--months", 37)
    folder = os.path.join(asked.folder or os.environ["BENCH_DATA"], "months")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    new = [name for name in sorted(os.listdir(data)) if "2027-01" in name]

    def link(names):
        for name in names:
            os.symlink(os.path.join(data, name), os.path.join(folder, name))

    link(name for name in os.listdir(data) if name not in [*new, "complete"] and not name.endswith((".json", ".csv")))
    kept = [*asked.meed, "--store", os.path.join(folder, "store")]
    sides = [meed(folder, "36 months", kept, "first.csv"), meed(folder, "36 months again", kept, "again.csv")]
    interleaved(1, sides)
    link(new)
    sides += [meed(folder, "one month more", kept), meed(folder, "37 months, nothing kept", asked.meed, "whole.csv")]
    interleaved(1, sides[2:])
    table(sides)
    return agree(folder, "whole.csv", "meed.csv")


def arguments():
    parser = argparse.ArgumentParser(prog="cargo bench --bench evaluate --")
    words = parser.add_subparsers(dest="word", required=True)

    def word(function, rows=None, runs=3):
        asked = words.add_parser(function.__name__, help=function.__doc__)
        asked.set_defaults(function=function)
        asked.add_argument("--runs", type=int, default=runs)
        asked.add_argument("--meed", type=shlex.split, default=[], help="further options of meed evaluate")
        if rows:
            asked.add_argument("--rows", type=int, default=rows)
        return asked

    word(compare, 20_000_000).add_argument("--no-naive", action="store_true")
    word(csv, 5_000_000)
    asked = word(growth, runs=1)
    sizes = [1_000_000, 5_000_000, 20_000_000, 100_000_000]
    asked.add_argument("--sizes", type=lambda text: [int(size) for size in text.split(",")], default=sizes)
    asked.add_argument("--memory", default="2GB", help="from 100 million on; empty for none")
    word(skew, 5_000_000, runs=1).add_argument("--peer", action="store_true", help="compare with DuckDB's answers too")
    word(start, runs=20)
    asked = word(months, 20_000_000)
    asked.add_argument("--folder", help="where the months are put together; otherwise in the build directory")
    asked = words.add_parser("answers")
    asked.add_argument("files", nargs=2)
    asked.set_defaults(function=lambda asked: bool(differences(*asked.files)))
    return parser.parse_args()


if __name__ == "__main__":
    ASKED = arguments()
    sys.exit(ASKED.function(ASKED))
