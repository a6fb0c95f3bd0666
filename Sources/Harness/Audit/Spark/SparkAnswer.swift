import FirestoreModel
import JSON

/// What Spark found for one reference.
struct SparkFindings: Sendable {
  /// Rows or documents behind the keys.
  var rowsExamined = 0
  var keysCompared = 0
  /// Keys that may dangle.
  var candidates: [KeyUse] = []
}

/// Reads the lines that a ``SparkScript`` answers.
struct SparkAnswer {
  /// Most candidates of all references together; each is kept until its rule is decided.
  static let mostCandidates = 1_000_000

  private var findings: [SparkFindings]
  private var places: [[Key: Int]]
  private var isCounted: [Bool]
  private var isDone: [Bool]
  private var candidateCount = 0

  /// Prepares for the answers about so many references.
  init(references count: Int) {
    findings = Array(repeating: SparkFindings(), count: count)
    places = Array(repeating: [:], count: count)
    isCounted = Array(repeating: false, count: count)
    isDone = isCounted
  }

  /// Takes a line; what is no answer of the script, such as a remark of a library, is left alone.
  mutating func read(_ line: some StringProtocol) throws {
    guard line.hasPrefix(#"{"rule":"#), let json = try? JSONValue(parsing: Array(line.utf8)),
      let number = json["rule"]?.intValue, findings.indices.contains(number)
    else { return }
    if let keys = json["keys"]?.intValue, let rows = json["rows"]?.intValue {
      findings[number].keysCompared = keys
      findings[number].rowsExamined = rows
      isCounted[number] = true
    } else if let parts = json["key"]?.arrayValue {
      let document = try json["document"]?.stringValue.map { try DocumentPath($0) }
      try add(Key(parts.compactMap(\.stringValue)), document, to: number)
    } else if json["done"]?.boolValue == true {
      isDone[number] = true
    }
  }

  private mutating func add(_ key: Key, _ document: DocumentPath?, to number: Int) throws {
    candidateCount += 1
    guard candidateCount <= Self.mostCandidates else {
      throw RuleError(message: "Spark found more than \(Self.mostCandidates) keys that may dangle")
    }
    guard let document else {
      findings[number].candidates.append(KeyUse(key: key))
      return
    }
    if let place = places[number][key] {
      findings[number].candidates[place].documents.append(document)
    } else {
      places[number][key] = findings[number].candidates.count
      findings[number].candidates.append(KeyUse(key: key, documents: [document]))
    }
  }

  /// What was found for each reference; an answer that broke off is an error, never a pass.
  func results() throws -> [SparkFindings] {
    guard zip(isCounted, isDone).allSatisfy({ $0 && $1 }) else {
      throw RuleError(message: "Spark ended before it had answered for every reference")
    }
    return findings
  }
}
