import FoundationEssentials
import Glibc
import Postgres
import ScratchPostgres

/// What else tells which order items have no product: each asked the way its experts would ask.
struct AuditPeers {
  let data: AuditData
  let folder: String
  let runs: Int
  private let python: String?

  /// Installs the peers from PyPI into an environment of their own, and lets one server reach the other.
  init(data: AuditData, folder: String, runs: Int) async throws {
    (self.data, self.folder, self.runs) = (data, folder, runs)
    python = try Self.environment(in: folder)
    try Data(Self.script.utf8).write(to: URL(filePath: "\(folder)/peers.py"))
    try await data.run(
      "orders",
      [
        "CREATE EXTENSION postgres_fdw",
        """
        CREATE SERVER products FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port \
        '\(raw: String(data.server.port))', dbname 'products', fetch_size '50000', use_remote_estimate 'true')
        """,
        "CREATE USER MAPPING FOR postgres SERVER products OPTIONS (user 'postgres')",
        "CREATE SCHEMA remote", "IMPORT FOREIGN SCHEMA public FROM SERVER products INTO remote",
      ])
  }

  /// All that are installed, with the median of their runs.
  func all() async throws -> [(name: String, figure: AuditBenchmark.Figure)] {
    let joined: SQL = """
      SELECT DISTINCT i.product_id FROM order_items i LEFT JOIN remote.products p ON p.id = i.product_id \
      WHERE p.id IS NULL
      """
    let distinctFirst: SQL = """
      SELECT i.product_id FROM (SELECT DISTINCT product_id FROM order_items ORDER BY 1) i \
      LEFT JOIN remote.products p ON p.id = i.product_id WHERE p.id IS NULL
      """
    var figures: [(name: String, figure: AuditBenchmark.Figure)] = [
      ("postgres_fdw, large fetches, remote estimates, LEFT JOIN", try await foreign(joined)),
      ("postgres_fdw, the same, DISTINCT first", try await foreign(distinctFirst)),
    ]
    guard let python else {
      print("DuckDB and psycopg cannot be installed here")
      return figures
    }
    for peer in ["duckdb-scanner", "duckdb-pushed", "psycopg-pushed", "psycopg-sets", "psycopg-rows"] {
      if let measured = try ask(python, peer) { figures.append(measured) }
    }
    return figures
  }

  /// COPY of both tables by psql, to nowhere: the least that reading them takes.
  func copy() async throws -> AuditBenchmark.Figure {
    var times: [Double] = []
    for _ in 0..<runs {
      let start = ContinuousClock.now
      for (database, select) in [
        ("orders", "SELECT product_id FROM sound_items"), ("products", "SELECT id FROM products"),
      ] {
        let (status, _) = try ChildProgram(
          "/usr/bin/psql", [data.url(database), "-qc", "COPY (\(select)) TO STDOUT (FORMAT binary)"],
          output: "/dev/null"
        ).wait()
        guard status == 0 else { throw BenchmarkFailure(message: "psql exited with \(status)") }
      }
      times.append((ContinuousClock.now - start) / .seconds(1))
    }
    return AuditBenchmark.Figure(seconds: times.sorted()[times.count / 2])
  }

  private func foreign(_ query: SQL) async throws -> AuditBenchmark.Figure {
    let connection = try await PostgresConnection.connect(data.server.configuration(database: "orders"))
    var times: [Double] = []
    for _ in 0..<runs {
      let start = ContinuousClock.now
      let rows = try await connection.query(query).rows.count
      times.append((ContinuousClock.now - start) / .seconds(1))
      try expect(rows, of: "postgres_fdw")
    }
    await connection.close()
    return AuditBenchmark.Figure(seconds: times.sorted()[times.count / 2])
  }

  private func ask(_ python: String, _ peer: String) throws -> (name: String, figure: AuditBenchmark.Figure)? {
    var times: [Double] = []
    var name = peer
    var memory = 0
    for _ in 0..<runs {
      let (status, peak) = try ChildProgram(
        python, ["\(folder)/peers.py", peer, data.url("products"), data.url("orders")], output: "\(folder)/peer"
      ).wait()
      let answer = (try? String(contentsOf: URL(filePath: "\(folder)/peer"), encoding: .utf8)) ?? ""
      let parts = answer.split(separator: "|")
      guard status == 0, parts.count == 3, let seconds = Double(parts[1]), let rows = Int(parts[2].dropLast()) else {
        print("\(peer) did not run here")
        return nil
      }
      try expect(rows, of: peer)
      name = String(parts[0])
      times.append(seconds)
      memory = max(memory, peak)
    }
    return (name, AuditBenchmark.Figure(seconds: times.sorted()[times.count / 2], mebibytes: Double(memory) / 1024))
  }

  private func expect(_ rows: Int, of peer: String) throws {
    guard rows == AuditData.danglingItems else {
      throw BenchmarkFailure(message: "\(peer) found \(rows) of \(AuditData.danglingItems)")
    }
  }

  private static func environment(in folder: String) throws -> String? {
    let path = "\(folder)/python"
    // The scanner is an extension of exactly one version of DuckDB.
    let steps: [(program: String, arguments: [String])] = [
      ("/usr/bin/python3", ["-m", "venv", path]),
      (
        "\(path)/bin/pip",
        ["install", "--quiet", "duckdb==1.5.5", "duckdb-extension-postgres-scanner==1.5.5", "psycopg[binary]"]
      ),
    ]
    for step in steps {
      guard let program = try? ChildProgram(step.program, step.arguments, output: "\(folder)/pip"),
        program.wait().status == 0
      else { return nil }
    }
    return "\(path)/bin/python"
  }

  /// Each prints its name with its version, the seconds of the query, and how many ids it found.
  private static let script = """
    import sys, time
    peer, products, orders = sys.argv[1:]
    scan = "SELECT DISTINCT i.product_id FROM o.public.order_items i ANTI JOIN p.public.products p ON p.id = i.product_id"
    pushed = ("SELECT i.product_id FROM postgres_query('o', 'SELECT DISTINCT product_id FROM order_items ORDER BY 1') i "
      "ANTI JOIN p.public.products p ON p.id = i.product_id")
    if peer.startswith("duckdb"):
        import duckdb
        import glob, importlib.util
        wheel = importlib.util.find_spec("duckdb_extension_postgres_scanner").submodule_search_locations[0]
        extension = glob.glob(wheel + "/**/*.duckdb_extension", recursive=True)[0]
        database = duckdb.connect(config={"allow_unsigned_extensions": "true"})
        database.execute(f"LOAD '{extension}'")
        database.execute(f"ATTACH '{products}' AS p (TYPE postgres, READ_ONLY)")
        database.execute(f"ATTACH '{orders}' AS o (TYPE postgres, READ_ONLY)")
        start = time.perf_counter()
        found = len(database.execute(scan if peer == "duckdb-scanner" else pushed).fetchall())
        name = "DuckDB " + duckdb.__version__ + (", ANTI JOIN of two scans" if peer == "duckdb-scanner" else ", DISTINCT pushed down")
    else:
        import psycopg
        start = time.perf_counter()
        with psycopg.connect(orders) as o, psycopg.connect(products) as p:
            query, what = {
                "psycopg-pushed": ("SELECT DISTINCT product_id FROM order_items ORDER BY 1", "DISTINCT by index, sets"),
                "psycopg-sets": ("SELECT DISTINCT product_id FROM order_items", "SELECT DISTINCT, sets"),
                "psycopg-rows": ("SELECT product_id FROM order_items", "every row, sets"),
            }[peer]
            if peer == "psycopg-pushed":
                o.execute("SET enable_hashagg = off")
            used = {row[0] for row in o.execute(query)}
            known = {row[0] for row in p.execute("SELECT id FROM products")}
        found = len(used - known)
        name = "psycopg " + psycopg.__version__ + ", " + what
    print(name, time.perf_counter() - start, found, sep="|")

    """
}
