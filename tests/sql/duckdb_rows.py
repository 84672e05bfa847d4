"""Runs the queries of all cases below a folder, and writes what they bring back.

Each case is a folder with `TABLE_rows.parquet` and `NN.sql`; beside each query
stands `NN.json` afterwards, a list of rows of texts, or `NN.error`.
"""

import json
import sys
from pathlib import Path

import duckdb

for case in sorted(path for path in Path(sys.argv[1]).iterdir() if path.is_dir()):
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET threads = 2")
    for table in sorted(case.glob("*_rows.parquet")):
        connection.execute(f"CREATE VIEW {table.stem} AS SELECT * FROM read_parquet('{table}')")
    for query in sorted(case.glob("*.sql")):
        try:
            rows = connection.execute(query.read_text()).fetchall()
            rows = [[None if cell is None else str(cell) for cell in row] for row in rows]
            query.with_suffix(".json").write_text(json.dumps(rows))
        except duckdb.Error as error:
            query.with_suffix(".error").write_text(str(error))
