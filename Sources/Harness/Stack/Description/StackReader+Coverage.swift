import RunModel
import YAMLSource

extension StackReader {
  /// Reads the shares of the documents that a run must see, in percent.
  func readCoverage(_ node: SourceNode?) -> [ContractCoverage.Dimension: Int] {
    guard let node else { return [:] }
    var reader = MappingReader(node, what: "'coverage'", into: sink)
    var shares: [ContractCoverage.Dimension: Int] = [:]
    for dimension in ContractCoverage.Dimension.allCases {
      shares[dimension] = reader.int(dimension.rawValue, in: 0...100)
    }
    reader.finish()
    return shares
  }
}
