// Random schemas and data, judged by the engine and by the definition: a row dangles when its key has no null in it,
// its filter holds, and no referent has the same texts. The same rows are laid into PostgreSQL and Firestore, so every
// pair of stores is tried, and a relation that a query derives from them. Meanwhile a writer lets keys of the same kinds come and go in all of them, in the legal order:
// whatever it does, the engine must find the same rows.

import Firestore
import FirestoreModel
import Postgres
import RunModel
import SeededRandomness
import Synchronization
import Testing

@Suite("The engine against a brute-force oracle")
struct OracleTests {
  /// A column that both sides have, with the texts that its values can be.
  enum Column: CaseIterable {
    case integer, text, varchar, numeric, uuid, padded

    var sqlType: String {
      switch self {
      case .integer: "int"
      case .text: "text"
      case .varchar: "varchar(40)"
      case .numeric: "numeric(12,3)"
      case .uuid: "uuid"
      case .padded: "char(8)"
      }
    }

    /// A key text that no other row has or ever had.
    func fresh(_ number: Int) -> String {
      switch self {
      case .integer, .numeric: String(1000 + number)
      case .text, .varchar: "race \(number)"
      case .padded: "r\(number)"
      case .uuid: "00000000-0000-4000-9000-" + String(repeating: "0", count: 12 - "\(number)".count) + "\(number)"
      }
    }

    /// A key text out of few, so that keys often meet.
    func text(_ random: inout SplitMix64) -> String {
      let number = Int(random.next() % 9)
      return switch self {
      case .integer: String(number - 4)
      case .text: ["", " ", "a", "A", "\u{E9}", "e\u{301}", "a b", "'", "\\"][number]
      case .varchar: ["x", "X", "x ", "0", "00", "null", "NULL", "%", "_"][number]
      case .numeric: ["0", "1", "1.5", "-2", "0.001", "10", "100", "-0.5", "7"][number]
      case .uuid: "00000000-0000-4000-8000-00000000000\(number)"
      case .padded: ["a", "b", "ab", "a b", "A", "z", "0", "-", "."][number]
      }
    }
  }

  struct Row {
    let key: [String?]
    let isJudged: Bool
  }

  struct Problem {
    let columns: [Column]
    let referrers: [Row]
    let referents: [[String]]

    init(_ random: inout SplitMix64) {
      let columns = (0...Int(random.next() % 3)).map { _ in Column.allCases[Int(random.next() % 6)] }
      self.columns = columns
      referrers = (0..<Int(random.next() % 40)).map { _ in
        let key = columns.map { column in random.next() % 10 == 0 ? nil : column.text(&random) }
        return Row(key: key, isJudged: random.next() % 5 != 0)
      }
      referents = (0..<Int(random.next() % 40)).map { _ in columns.map { $0.text(&random) } }
    }

    /// The numbers of the rows that dangle, by definition.
    var dangling: [Int] {
      referrers.indices.filter { index in
        let row = referrers[index]
        guard row.isJudged, !row.key.contains(nil) else { return false }
        return !referents.contains { referent in
          zip(row.key, referent).allSatisfy { Array(($0 ?? "").utf8) == Array($1.utf8) }
        }
      }
    }
  }

  private static let rounds = 60

  @Test("both find the same rows, for every pair of stores")
  func agreement() async throws {
    let stage = try await AuditStage()
    var random = SplitMix64(seed: 20_261_124)
    var (rules, found, races) = (0, 0, 0)
    for round in 0..<Self.rounds {
      let problem = Problem(&random)
      try await lay(problem, round, in: stage)
      let expected = problem.dangling.map(String.init).sorted()
      let isOver = Atomic(false)
      async let racing = race(problem, round, in: stage, until: isOver)
      for _ in 0..<2 {
        for (id, result) in try await stage.audit(contracts(problem, round)) {
          #expect(result.subjects.sorted() == expected, "round \(round), \(id), \(problem.columns): \(result)")
          #expect(result.findingCount == expected.count)
          rules += 1
          found += expected.count
        }
      }
      isOver.store(true, ordering: .relaxed)
      races += try await racing
    }
    #expect(rules > Self.rounds)
    #expect(races > Self.rounds)
    print(
      "Engine against oracle: \(rules) rules over random data, \(found) dangling rows, all agreed beside \(races) rows that "
        + "came and went")
  }

  /// Lets rows come and go, each referent before its referrer and after it; answers how many did.
  private func race(
    _ problem: Problem, _ round: Int, in stage: AuditStage, until isOver: borrowing Atomic<Bool>
  ) async throws -> Int {
    var number = 0
    repeat {
      let key = problem.columns.map { $0.fresh(number) }
      let values = key.map(Self.literal).joined(separator: ", ")
      let condition = key.enumerated().map { "k\($0) = \(Self.literal($1))" }.joined(separator: " AND ")
      let hasDocuments = problem.columns.count == 1
      let field = ["k0": Self.value(key[0], problem.columns[0])]
      let referrer = stage.firestore.name(of: try DocumentPath("a\(round)/race\(number)"))
      let referent = stage.firestore.name(of: try DocumentPath("b\(round)/race\(number)"))
      // The referents, the referrers; then the other way round.
      try await stage.products.execute(
        script: "INSERT INTO b\(round) VALUES (\(values)); INSERT INTO c\(round) VALUES (-1, false, \(values))")
      if hasDocuments { _ = try await stage.firestore.commit([.set(referent, field)]) }
      // What is derived comes back: the referrers live twice.
      for _ in 0..<2 {
        try await stage.products.execute(script: "UPDATE c\(round) SET counts = true WHERE id = -1")
        try await stage.orders.execute(script: "INSERT INTO a\(round) VALUES (\(1000 + number), true, \(values))")
        if hasDocuments {
          _ = try await stage.firestore.commit([.set(referrer, field.merging(["judged": .boolean(true)]) { $1 })])
          _ = try await stage.firestore.commit([.delete(referrer)])
        }
        try await stage.orders.execute(script: "DELETE FROM a\(round) WHERE id = \(1000 + number)")
        try await stage.products.execute(script: "UPDATE c\(round) SET counts = false WHERE id = -1")
      }
      try await stage.products.execute(script: "DELETE FROM c\(round) WHERE id = -1")
      if hasDocuments { _ = try await stage.firestore.commit([.delete(referent)]) }
      try await stage.products.execute(script: "DELETE FROM b\(round) WHERE \(condition)")
      number += 1
    } while !isOver.load(ordering: .relaxed)
    return number
  }

  private func lay(_ problem: Problem, _ round: Int, in stage: AuditStage) async throws {
    let columns = problem.columns.indices.map { "k\($0) \(problem.columns[$0].sqlType)" }.joined(separator: ", ")
    let referrers = problem.referrers.enumerated().map { index, row in
      "(\(index), \(row.isJudged), \(row.key.map(Self.literal).joined(separator: ", ")))"
    }
    let referents = problem.referents.map { "(\($0.map(Self.literal).joined(separator: ", ")))" }
    let insertA = referrers.isEmpty ? "" : "INSERT INTO a\(round) VALUES \(referrers.joined(separator: ", "));"
    let insertB = referents.isEmpty ? "" : "INSERT INTO b\(round) VALUES \(referents.joined(separator: ", "));"
    // An index on every other round: the plans of the server must not matter.
    let index = round.isMultiple(of: 2) && !referents.isEmpty ? "CREATE INDEX ON b\(round) (k0);" : ""
    try await stage.orders.execute(
      script: "CREATE TABLE a\(round) (id int PRIMARY KEY, judged boolean, \(columns)); \(insertA)")
    try await stage.products.execute(script: "CREATE TABLE b\(round) (\(columns)); \(insertB) \(index)")
    // What is derived is the same, from rows of which every other one does not count, whatever its key.
    let rows = problem.referents.enumerated().flatMap { index, key in
      [(index, true, key), (1000 + index, false, problem.referrers.isEmpty ? key : Self.some(problem, index))].map {
        "(\($0.0), \($0.1), \($0.2.map(Self.literal).joined(separator: ", ")))"
      }
    }
    let insertC = rows.isEmpty ? "" : "INSERT INTO c\(round) VALUES \(rows.joined(separator: ", "))"
    try await stage.products.execute(script: "CREATE TABLE c\(round) (id int, counts boolean, \(columns)); \(insertC)")
    guard problem.columns.count == 1 else { return }
    var documents: [String: [String: FirestoreValue]] = [:]
    for (index, row) in problem.referrers.enumerated() {
      documents["a\(round)/\(index)"] = [
        "judged": .boolean(row.isJudged), "k0": row.key[0].map { Self.value($0, problem.columns[0]) } ?? .null,
      ]
    }
    for (index, key) in problem.referents.enumerated() {
      documents["b\(round)/\(index)"] = ["k0": Self.value(key[0], problem.columns[0])]
    }
    try await stage.documents(documents)
  }

  /// A key that is referred to, so that there is often a row behind it that does not count.
  private static func some(_ problem: Problem, _ index: Int) -> [String?] {
    problem.referrers[index % problem.referrers.count].key
  }

  private func contracts(_ problem: Problem, _ round: Int) -> [String] {
    let columns = problem.columns.indices.map { "{name: k\($0)}" }.joined(separator: ", ")
    func side(_ letter: String, _ round: Int, _ referrers: [(id: String, object: String)], isCollection: Bool) -> String
    {
      let filter = isCollection ? "{field: judged, op: \"==\", value: true}" : "judged"
      let relationships = referrers.map { id, object in
        let from = problem.columns.indices.map { "a\(round).k\($0)" }
        let to = problem.columns.indices.map { "\(object)\(round)/properties/k\($0)" }
        return
          """
                - from: [\(from.joined(separator: ", "))]
                  to: [\(to.joined(separator: ", "))]
                  customProperties:
                    - {property: concord.id, value: \(id)}
                    - {property: concord.filter, value: \(filter)}

          """
      }.joined()
      return """
          - name: \(letter)\(round)
            \(isCollection ? "physicalType: collection" : "physicalType: table")
            properties: [{name: id, primaryKey: true}, {name: judged}, \(columns)]
        \(relationships.isEmpty ? "" : "    relationships:\n\(relationships)")

        """
    }
    let hasDocuments = problem.columns.count == 1
    let (table, derived) = ("product-db.yaml#/schema/b", "product-db.yaml#/schema/d")
    let collection = "user-store.yaml#/schema/b"
    let fromTable =
      [("table-to-table", table), ("table-to-query", derived)]
      + (hasDocuments ? [("table-to-collection", collection)] : [])
    let fromDocuments = [
      ("collection-to-table", table), ("collection-to-query", derived), ("collection-to-collection", collection),
    ]
    let key = problem.columns.indices.map { "k\($0)" }.joined(separator: ", ")
    let query = """
        - name: d\(round)
          physicalType: query
          properties: [\(columns)]
          customProperties:
            - {property: concord.query, value: "SELECT \(key) FROM c\(round) WHERE counts"}
            - {property: concord.basis, value: "SELECT \(key), xmin FROM c\(round)"}

      """
    let tables = [
      AuditStage.contract("order-db", side("a", round, fromTable, isCollection: false)),
      AuditStage.contract("product-db", side("b", round, [], isCollection: false) + query),
    ]
    guard hasDocuments else { return tables }
    let documents = side("a", round, fromDocuments, isCollection: true) + side("b", round, [], isCollection: true)
    return tables + [AuditStage.contract("user-store", documents)]
  }

  private static func literal(_ text: String?) -> String { text.map { SQL.quoted(literal: $0) } ?? "NULL" }

  private static func value(_ text: String, _ column: Column) -> FirestoreValue {
    switch column {
    case .integer: Int64(text).map { .integer($0) } ?? .string(text)
    case .numeric: Double(text).map { .double($0) } ?? .string(text)
    case .text, .varchar, .uuid, .padded: .string(text)
    }
  }
}
