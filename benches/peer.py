"""The questions of benches/terms.contract, asked of DuckDB, and the answers compared.

Usage: python benches/peer.py FOLDER, where FOLDER was written by `cargo bench --bench evaluate`.
Needs `pip install duckdb pytz`. Prints seconds per query, CPU and peak memory, and how many of
Meed's figures in FOLDER/parquet.json differ. Business hours, which have no short
counterpart in SQL, and the mean handling time are left out.
"""

import json
import os
import resource
import sys
import time

import duckdb

folder = sys.argv[1]
MONTH = "date_trunc('month', timezone('Europe/London', timezone('UTC', {0}::timestamp)))"
STARTED, OPENED = MONTH.format("started_at"), MONTH.format("opened_at")

BY_SITE = f"""
select {STARTED} as month, site, count(*),
  count(*) filter (not abandoned and waited <= 20),
  count(*) filter (abandoned and waited >= 5), count(*) filter (not (abandoned and waited < 5)),
  quantile_disc(waited, 0.9),
  count(*) filter (csat >= 4), count(csat),
  count(*) filter (nps >= 9) - count(*) filter (nps <= 6), count(nps),
  count(*) filter (transferred), count(distinct customer)
from interactions group by grouping sets ((1), (1, 2))
"""
NO_REPEAT = f"""
with chained as (
  select *, lead(started_at) over (partition by customer, topic order by started_at, id) as next from interactions)
select {STARTED} as month, site, count(*),
  count(*) filter (resolved and (next is null or next > started_at + interval 14 days))
from chained group by grouping sets ((1), (1, 2))
"""
REOPENED = f"select {OPENED} as month, null, count(*), count(*) filter (reopen_count > 0) from resolutions group by 1"
BOUGHT = f"""
with asked as (
  select i.customer, {STARTED} as month, i.started_at, min(p."at") as bought_at
  from interactions i asof left join purchases p on i.customer = p.customer and i.started_at < p."at"
  group by all)
select month, null, count(distinct customer),
  count(distinct customer) filter (bought_at <= started_at + interval 30 days)
from asked group by 1
"""


def by_site(row):
    """Measure, numerator, denominator, value: none where Meed gives none."""
    _, _, rows, quick, lost, stayed, wait, happy, rated, net, asked, moved, different = row
    yield "volume", None, None, rows
    yield "answered_in_time", quick, rows, None
    yield "abandon_rate", lost, stayed, None
    yield "wait_nine_in_ten", None, None, wait
    yield "satisfied", happy, rated, None
    yield "promoters", net, asked, None
    yield "transfers", moved, rows, None
    yield "different_customers", None, None, different


def share(measure):
    return lambda row: [(measure, row[3], row[2], None)]


QUERIES = [
    ("by site", BY_SITE, by_site),
    ("no repeat", NO_REPEAT, share("resolved_for_good")),
    ("reopened", REOPENED, share("reopened")),
    ("bought", BOUGHT, share("bought_again")),
]


def readings(path):
    """Meed's readings by period, measure and site."""
    with open(path) as file:
        report = json.load(file)
    found = {}
    for period in report["periods"]:
        for measure in period["measures"]:
            for reading in measure["readings"]:
                found[period["label"], measure["name"], tuple(reading["segment"])] = reading
    return found


def differs(reading, above, below, value):
    if reading is None:
        return True
    pairs = [(reading["numerator"], above), (reading["denominator"], below)]
    if value is not None:
        pairs = [((reading["value"] or {}).get("exact"), value)]
    return any(got != str(want) for got, want in pairs)


start = time.time()
con = duckdb.connect()
con.execute("set threads = 2; set TimeZone = 'UTC'")
for table in ("interactions", "resolutions", "purchases"):
    con.execute(f"create view {table} as select * from read_parquet('{os.path.join(folder, table)}.parquet')")

answers = []
for name, query, figures in QUERIES:
    began = time.time()
    rows = con.execute(query).fetchall()
    print(f"{name:<12} {len(rows):>6} cells {time.time() - began:8.2f} s")
    for row in rows:
        segment = () if row[1] is None else (row[1],)
        answers += [((row[0].strftime("%Y-%m"), figure[0], segment), figure[1:]) for figure in figures(row)]
usage = resource.getrusage(resource.RUSAGE_SELF)
print(f"wall {time.time() - start:.2f} s, CPU {usage.ru_utime + usage.ru_stime:.2f} s, peak {usage.ru_maxrss // 1024} MB")

meed = readings(os.path.join(folder, "parquet.json"))
wrong = [key for key, figure in answers if differs(meed.get(key), *figure)]
print(f"{len(answers)} figures compared, {len(wrong)} differ", *wrong[:5], sep="\n  " if wrong else " ")
sys.exit(1 if wrong else 0)
