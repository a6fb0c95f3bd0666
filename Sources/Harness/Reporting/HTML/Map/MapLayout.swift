import RunModel

/// The places of everything on the map; a pure function of the rules.
///
/// Each reference has a port of its own at both ends, so arrows never share a point, however many lead to one object,
/// and a badge looks along its curve for a place where it covers no other badge.
struct MapLayout {
  /// A table, collection or derived relation.
  struct Object {
    let name: String
    /// Vertical middle of its line.
    let y: Int
    let qualityRules: [RuleDescription]
  }

  /// A store's box.
  struct Store {
    let name: String
    let kind: Component.Kind?
    let x: Int
    let y: Int
    let height: Int
    let objects: [Object]
  }

  /// A reference as a curve.
  struct Edge {
    let rule: RuleDescription
    let curve: MapCurve
    /// Sits on the curve; nil for references that are in order.
    let badge: Badge?
  }

  /// A few characters in a pill.
  struct Badge {
    let text: String
    let center: MapPoint

    var width: Int { text.count < 3 ? MapLayout.badgeHeight : 10 + 7 * text.count }

    /// Free space between two badges; negative where one hides part of the other.
    func clearance(from other: Badge) -> Int {
      max(
        abs(center.x - other.center.x) - (width + other.width) / 2,
        abs(center.y - other.center.y) - MapLayout.badgeHeight)
    }
  }

  /// Height of a badge.
  static let badgeHeight = 20
  private static let portGap = 13
  private static let rowHeight = 26
  private static let headHeight = 38
  private static let storeGap = 28

  let boxWidth: Int
  let width: Int
  let height: Int
  let stores: [Store]
  let edges: [Edge]

  /// Lays out the map; `badges` gives the texts of the references that have one.
  init(rules: [RuleDescription], components: [Component] = [], badges: [RuleID: String] = [:]) {
    let graph = MapGraph(rules: rules, components: components)
    let columns = MapColumns(graph)
    let ports = MapPorts(graph, columns)
    let frame = MapFrame(graph, columns, ports)
    boxWidth = frame.boxWidth
    width = frame.width
    stores = Self.place(graph, columns, ports, frame)
    height = (stores.map { $0.y + $0.height }.max() ?? 0) + 12
    var middles: [String: [String: Int]] = [:]
    for store in stores {
      for object in store.objects { middles[store.name, default: [:]][object.name] = object.y }
    }
    let curves = graph.edges.indices.map { index in
      let edge = graph.edges[index]
      func end(isTarget: Bool) -> MapPoint {
        let node = isTarget ? edge.to : edge.from
        let store = graph.stores[node.store]
        let middle = middles[store.name]?[store.objects[node.object].name] ?? 0
        return MapPoint(
          x: frame.lefts[columns.column(of: node.store)]
            + (ports.isRightSide(of: node, index, columns) ? frame.boxWidth : 0),
          y: middle + ports.position(of: MapPorts.End(edge: index, isTarget: isTarget)) * Self.portGap / 2)
      }
      return MapCurve(
        from: end(isTarget: false), to: end(isTarget: true), reach: ports.lanes[index].map(MapFrame.reach),
        isRightSide: ports.isRightSide(of: edge.from, index, columns))
    }
    edges = Self.place(badges, on: curves, of: graph)
  }

  /// Stacks the stores of each column, the shorter column in the middle; rows are as high as their ports need.
  private static func place(
    _ graph: MapGraph, _ columns: MapColumns, _ ports: MapPorts, _ frame: MapFrame
  ) -> [Store] {
    func height(ofRow node: MapGraph.Node) -> Int { max(rowHeight, ports.count(at: node) * portGap + 8) }
    func height(ofStore store: Int) -> Int {
      columns.objects[store].reduce(headHeight + 8) { $0 + height(ofRow: MapGraph.Node(store: store, object: $1)) }
    }
    let heights = columns.columns.map { column in
      column.reduce(0) { $0 + height(ofStore: $1) } + max(0, column.count - 1) * storeGap
    }
    return columns.columns.indices.flatMap { side in
      var y = 12 + ((heights.max() ?? 0) - heights[side]) / 2
      return columns.columns[side].map { index in
        var row = y + headHeight
        let objects = columns.objects[index].map { object in
          let height = height(ofRow: MapGraph.Node(store: index, object: object))
          defer { row += height }
          let source = graph.stores[index].objects[object]
          return Object(name: source.name, y: row + height / 2, qualityRules: source.qualityRules)
        }
        let source = graph.stores[index]
        let store = Store(
          name: source.name, kind: source.kind, x: frame.lefts[side], y: y, height: height(ofStore: index),
          objects: objects)
        y += store.height + storeGap
        return store
      }
    }
  }

  /// Gives each badge the place nearest to its curve's middle where it is clear of those placed before.
  private static func place(_ badges: [RuleID: String], on curves: [MapCurve], of graph: MapGraph) -> [Edge] {
    var placed: [Badge] = []
    return zip(graph.edges, curves).map { edge, curve in
      guard let text = badges[edge.rule.id] else { return Edge(rule: edge.rule, curve: curve, badge: nil) }
      let steps = [0] + (1...19).flatMap { [$0, -$0] }
      let candidates = steps.map { Badge(text: text, center: curve.point(at: 0.5 + 0.02 * Double($0))) }
      func room(_ badge: Badge) -> Int { placed.map { $0.clearance(from: badge) }.min() ?? .max }
      let badge = candidates.first { room($0) >= 2 } ?? candidates.max { room($0) < room($1) } ?? candidates[0]
      placed.append(badge)
      return Edge(rule: edge.rule, curve: curve, badge: badge)
    }
  }
}
