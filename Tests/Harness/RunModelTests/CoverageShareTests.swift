import RunModel
import Testing

@Suite("Shares of coverage") struct CoverageShareTests {
  private func coverage(seen: Int, of total: Int, wanted: Int) -> ContractCoverage {
    let operation = OperationReference(service: "shop", id: "buy", method: "POST", path: "/")
    return ContractCoverage(
      items: (0..<total).map {
        .init(.statuses, of: operation, name: "\(200 + $0)", location: nil, isSeen: $0 < seen)
      }, thresholds: ["shop": [.statuses: wanted]])
  }

  @Test(
    "a share is short when it is below what was wanted",
    arguments: [
      (3, 4, 75, false), (3, 4, 76, true), (4, 4, 100, false), (0, 4, 0, false), (0, 0, 100, false),
    ])
  func shortfall(seen: Int, total: Int, wanted: Int, isShort: Bool) {
    #expect(coverage(seen: seen, of: total, wanted: wanted).shortfalls.isEmpty == !isShort)
  }
}
