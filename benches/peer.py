"""The same questions as benches/terms.contract, asked of DuckDB.

Usage: python benches/peer.py FOLDER [parquet|csv], after `cargo bench --bench evaluate`
has written FOLDER. Needs `pip install duckdb pytz`. Prints wall and CPU seconds, peak
memory. The business-hours measure is left out: it has no short counterpart in SQL.
"""

import os
import resource
import sys
import time

import duckdb

folder, kind = sys.argv[1], (sys.argv[2:] or ["parquet"])[0]
start = time.time()
con = duckdb.connect()
con.execute("set threads = 2; set TimeZone = 'UTC'")


def source(name):
    path = os.path.join(folder, name)
    return f"read_parquet('{path}.parquet')" if kind == "parquet" or name != "interactions" else f"read_csv('{path}.csv')"


for table in ("interactions", "resolutions", "purchases"):
    con.execute(f"create view {table} as select * from {source(table)}")

MONTH = "date_trunc('month', timezone('Europe/London', timezone('UTC', started_at::timestamp)))"
BY_SITE = f"""
select {MONTH} as month, site, count(*),
  count(*) filter (not abandoned and waited <= 20),
  count(*) filter (abandoned and waited >= 5), count(*) filter (not (abandoned and waited < 5)),
  quantile_disc(waited, 0.9),
  count(*) filter (csat >= 4), count(csat),
  count(*) filter (nps >= 9) - count(*) filter (nps <= 6), count(nps),
  sum(handled_for), count(*) filter (transferred), count(distinct customer)
from interactions group by grouping sets ((1), (1, 2))
"""
NO_REPEAT = f"""
with chained as (
  select *, lead(started_at) over (partition by customer, topic order by started_at, id) as next from interactions)
select {MONTH} as month, site, count(*),
  count(*) filter (resolved and (next is null or next > started_at + interval 14 days))
from chained group by grouping sets ((1), (1, 2))
"""
REOPENED = """
select date_trunc('month', timezone('Europe/London', timezone('UTC', opened_at::timestamp))), count(*),
  count(*) filter (reopen_count > 0) from resolutions group by 1
"""
BOUGHT = f"""
with asked as (
  select i.customer, {MONTH} as month, i.started_at, min(p.at) as at
  from interactions i asof left join purchases p on i.customer = p.customer and i.started_at < p.at
  group by all)
select month, count(distinct customer), count(distinct customer) filter (at <= started_at + interval 30 days)
from asked group by 1
"""

for name, query in (("by site", BY_SITE), ("no repeat", NO_REPEAT), ("reopened", REOPENED), ("bought", BOUGHT)):
    began = time.time()
    rows = con.execute(query).fetchall()
    print(f"{name:<12} {len(rows):>6} cells {time.time() - began:8.2f} s")

usage = resource.getrusage(resource.RUSAGE_SELF)
print(f"wall {time.time() - start:.2f} s, CPU {usage.ru_utime + usage.ru_stime:.2f} s, peak {usage.ru_maxrss // 1024} MB")
