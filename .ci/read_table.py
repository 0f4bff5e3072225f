"""`read_table.py FILE.parquet FILE.csv`: pyarrow and DuckDB, those that are installed, read the one; every cell is that of the other."""
import csv, sys

parquet, text = sys.argv[1:]
with open(text, newline="") as file:
    rows = list(csv.DictReader(file))


def same(name, table):
    for row, line in zip(table, rows, strict=True):
        assert list(row) == list(line), (list(row), list(line))
        for key, cell in line.items():
            value = row[key]
            told = value is None and cell == "" or isinstance(value, str) and value == cell
            # NaN is nothing else's equal
            assert told or float(value) == float(cell) or cell == "nan" and value != value, (key, value, cell)
    print(f"{name}: {parquet}, {len(rows)} rows, {len(rows[0])} columns, every number the same double")


read = 0
try:
    import pyarrow.parquet as pq

    table = pq.read_table(parquet)
    same("pyarrow", table.to_pylist())
    print({key.decode(): value.decode() for key, value in table.schema.metadata.items() if key != b"initscope.grid"})
    read += 1
except ImportError as error:
    print("not installed:", error)
try:
    import duckdb

    table = duckdb.sql(f"SELECT * FROM '{parquet}'")
    same("DuckDB", [dict(zip(table.columns, row)) for row in table.fetchall()])
    read += 1
except ImportError as error:
    print("not installed:", error)
sys.exit(read == 0)
