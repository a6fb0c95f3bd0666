/// The map from left to right: margin, column, channel, column, margin; a single column has its loops on the right.
struct MapFrame {
  let boxWidth: Int
  /// Left edge of each column.
  let lefts: [Int]
  let width: Int

  private static let edge = 8
  private static let laneGap = 16

  /// Makes room for the longest name and for every loop.
  init(_ graph: MapGraph, _ columns: MapColumns, _ ports: MapPorts) {
    let longest = graph.stores.flatMap { store in store.objects.map(\.name.count) + [store.name.count + 8] }.max() ?? 0
    boxWidth = min(320, max(210, 8 * longest + 96))
    let margins = ports.loopLanes.map { $0 == 0 ? Self.edge : Self.reach(ofLane: $0 - 1) + 32 }
    if columns.isSingle {
      lefts = [Self.edge, Self.edge]
      width = Self.edge + boxWidth + margins[0]
    } else {
      let crossings = graph.edges.count { columns.column(of: $0.from.store) != columns.column(of: $0.to.store) }
      lefts = [margins[0], margins[0] + boxWidth + 190 + min(110, crossings * 5)]
      width = lefts[1] + boxWidth + margins[1]
    }
  }

  /// How far a loop reaches out of its column.
  static func reach(ofLane lane: Int) -> Int { 24 + lane * laneGap }
}
