import RunModel

/// Places stores in two columns and draws references as curves between their objects; a pure function of the rules.
struct MapLayout {
  static let boxWidth = 250
  private static let rowHeight = 26
  private static let headHeight = 40
  private static let gap = 28
  /// Room beside a column for references between stores of the same column, and within one store.
  private static let margin = 90
  /// Room between the columns.
  private static let channel = 220

  /// A table, collection or derived relation.
  struct Object {
    let name: String
    /// Vertical middle of its line.
    var y: Int
    var qualityRules: [RuleDescription]
  }

  /// A store's box.
  struct Store {
    let name: String
    var objects: [Object]
    var x = 0
    var y = 0

    var height: Int { headHeight + objects.count * rowHeight + 8 }
  }

  /// A reference as a curve.
  struct Edge {
    let rule: RuleDescription
    /// SVG path data.
    let path: String
    /// Where a badge sits on the curve.
    let middle: Point
  }

  /// A place in the drawing, in SVG units.
  struct Point: Hashable {
    let x: Int
    let y: Int
  }

  private(set) var stores: [Store]
  private(set) var edges: [Edge] = []
  let width: Int
  let height: Int

  /// Lays out the map of a set of rules.
  init(rules: [RuleDescription]) {
    stores = Self.collectStores(rules)
    Self.place(&stores)
    width = 2 * (Self.margin + Self.boxWidth) + Self.channel
    height = (stores.map { $0.y + $0.height }.max() ?? 0) + 12
    edges = Self.connect(rules, stores)
  }

  private static func collectStores(_ rules: [RuleDescription]) -> [Store] {
    var stores: [Store] = []
    func note(_ location: DataLocation, _ quality: RuleDescription?) {
      let store = stores.firstIndex { $0.name == location.store } ?? stores.endIndex
      if store == stores.endIndex { stores.append(Store(name: location.store, objects: [])) }
      let object = stores[store].objects.firstIndex { $0.name == location.object } ?? stores[store].objects.endIndex
      if object == stores[store].objects.endIndex {
        stores[store].objects.append(Object(name: location.object, y: 0, qualityRules: []))
      }
      if let quality { stores[store].objects[object].qualityRules.append(quality) }
    }
    for rule in rules {
      switch rule.kind {
      case .reference(let target):
        note(rule.subject, nil)
        note(target, nil)
      case .quality: note(rule.subject, rule)
      }
    }
    return stores.map { store in
      var store = store
      store.objects.sort { $0.name < $1.name }
      return store
    }
  }

  /// Fills the shorter column first, tallest store first, so that both end at about the same height.
  private static func place(_ stores: inout [Store]) {
    stores.sort { ($1.height, $0.name) < ($0.height, $1.name) }
    var bottoms = [12, 12]
    for index in stores.indices {
      let column = bottoms[0] <= bottoms[1] ? 0 : 1
      stores[index].x = margin + column * (boxWidth + channel)
      stores[index].y = bottoms[column]
      for object in stores[index].objects.indices {
        stores[index].objects[object].y = stores[index].y + headHeight + object * rowHeight + rowHeight / 2
      }
      bottoms[column] += stores[index].height + gap
    }
  }

  private static func connect(_ rules: [RuleDescription], _ stores: [Store]) -> [Edge] {
    var parallel: [String: Int] = [:]
    var leaving: [Point: Int] = [:]
    return rules.compactMap { rule in
      guard case .reference(let target) = rule.kind,
        let from = anchor(of: rule.subject, stores), let to = anchor(of: target, stores)
      else { return nil }
      // References between the same two objects fan out instead of covering each other, and the badges of all that
      // leave an object stand behind one another.
      let pair = "\(rule.subject.store)/\(rule.subject.object)>\(target.store)/\(target.object)"
      let shift = 7 * parallel[pair, default: 0]
      let rank = leaving[from, default: 0]
      parallel[pair, default: 0] += 1
      leaving[from, default: 0] += 1
      let curve = Curve(from: from, to: to, shift: shift)
      return Edge(rule: rule, path: curve.path, middle: curve.point(at: 0.2 + 0.22 * Double(rank % 4)))
    }
  }

  private static func anchor(of location: DataLocation, _ stores: [Store]) -> Point? {
    guard let store = stores.first(where: { $0.name == location.store }),
      let object = store.objects.first(where: { $0.name == location.object })
    else { return nil }
    return Point(x: store.x, y: object.y)
  }

  /// A cubic Bézier curve between two objects, leaving and entering their boxes level.
  private struct Curve {
    private let start: Point
    private let end: Point
    /// Horizontal place of the first and of the second control point; their heights are those of start and end.
    private let controls: (first: Int, second: Int)

    init(from: Point, to: Point, shift: Int) {
      let (top, bottom) = (from.y + shift, to.y - shift)
      if from.x == to.x {
        // Same column: leave and return on the outer side.
        let isLeft = from.x < margin + boxWidth
        let side = isLeft ? from.x : from.x + boxWidth
        let reach = min(margin - 8, 26 + abs(from.y - to.y) / 6 + shift * 2) * 4 / 3
        start = Point(x: side, y: top)
        end = Point(x: isLeft ? side - 1 : side + 1, y: bottom)
        controls = isLeft ? (side - reach, side - reach) : (side + reach, side + reach)
      } else {
        let isRightward = from.x < to.x
        let pull = isRightward ? channel / 2 : -channel / 2
        start = Point(x: isRightward ? from.x + boxWidth : from.x, y: top)
        end = Point(x: isRightward ? to.x - 1 : to.x + boxWidth + 1, y: bottom)
        controls = (start.x + pull, end.x - pull)
      }
    }

    /// SVG path data.
    var path: String {
      "M\(start.x) \(start.y) C\(controls.first) \(start.y) \(controls.second) \(end.y) \(end.x) \(end.y)"
    }

    /// The point at a parameter from 0 (start) to 1 (end).
    func point(at t: Double) -> Point {
      func blend(_ a: Int, _ b: Int, _ c: Int, _ d: Int) -> Int {
        let s = 1 - t
        let first = s * s * s * Double(a) + 3 * s * s * t * Double(b)
        let second = 3 * s * t * t * Double(c) + t * t * t * Double(d)
        return Int((first + second).rounded())
      }
      return Point(
        x: blend(start.x, controls.first, controls.second, end.x), y: blend(start.y, start.y, end.y, end.y))
    }
  }
}
