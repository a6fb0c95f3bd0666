import JSON

/// Where Google's emulator and this one answer differently on purpose: its bugs, measured, each with what production
/// does.
///
/// A difference that none of these explains fails the differential test.
enum KnownDifference: String, CaseIterable {
  case descendingNames = "Google's emulator refuses orders by __name__ descending; production sorts"
  case emptyComposite = "Google's emulator takes a composite filter without filters; the protocol demands one"
  case listMask = "Google's emulator ignores the mask of a listing that shows missing documents"
  case unknownParameter = "Google's emulator ignores unknown query parameters; production refuses them"
  case sixAggregations = "Google's emulator fails inside on six aggregations; production refuses them"
  case partitions = "Google's emulator does not implement partitionQuery; production does"
  case mergedWrites = "Google's emulator merges a delete with a later write of the same document into one result"
  case missingUpdateTime =
    "Google's emulator gives missing documents an update time once they existed; the protocol says none"

  /// Whether this explains a difference in the answer to a request.
  func explains(_ request: DifferentialRequest, ours: JSONValue, theirs: JSONValue) -> Bool {
    let query = request.body?["structuredQuery"]
    switch self {
    case .descendingNames:
      return theirs["code"]?.intValue == 400 && KnownDifference.sortsNamesDown(query)
    case .emptyComposite: return request.label == "empty composite filter"
    case .listMask: return request.uri.contains("mask.fieldPaths") && request.label == "list"
    case .unknownParameter: return request.label == "unknown query parameter"
    case .sixAggregations: return request.label == "six aggregations"
    case .partitions: return request.uri.hasSuffix(":partitionQuery")
    case .mergedWrites: return request.uri.hasSuffix(":commit") && Self.deletesAndWritesAgain(request.body)
    case .missingUpdateTime:
      return request.uri.contains("showMissing") && Self.withoutMissing(ours) == Self.withoutMissing(theirs)
    }
  }

  private static func deletesAndWritesAgain(_ body: JSONValue?) -> Bool {
    var deleted: Set<String> = []
    for write in body?["writes"]?.arrayValue ?? [] {
      if let name = write["delete"]?.stringValue { deleted.insert(name) }
      if let name = write["update"]?["name"]?.stringValue, deleted.contains(name) { return true }
    }
    return false
  }

  /// The names of all documents, and everything else of those that exist.
  private static func withoutMissing(_ answer: JSONValue) -> [JSONValue]? {
    answer["body"]?["documents"]?.arrayValue?.map { document in
      document["wasNeverChanged"] == nil ? document["name"] ?? .null : document
    }
  }

  private static func sortsNamesDown(_ query: JSONValue?) -> Bool {
    query?["orderBy"]?.arrayValue?.contains { order in
      order["field"]?["fieldPath"]?.stringValue == "__name__" && order["direction"]?.stringValue == "DESCENDING"
    } == true
  }
}
