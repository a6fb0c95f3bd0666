/// A place in the drawing, in SVG units.
struct MapPoint: Hashable {
  let x: Int
  let y: Int
}

/// A cubic Bézier curve between two objects, leaving and entering their boxes level.
struct MapCurve {
  private let start: MapPoint
  private let end: MapPoint
  /// Horizontal place of the first and of the second control point; their heights are those of start and end.
  private let controls: (first: Int, second: Int)

  /// Connects two ports; `reach` is how far a loop leaves its column, nil for a curve through the channel.
  init(from: MapPoint, to: MapPoint, reach: Int?, isRightSide: Bool) {
    start = from
    let outward = isRightSide ? 1 : -1
    if let reach {
      // The curve gets three quarters as far out as its control points.
      let controlReach = reach * 4 / 3 * outward
      end = MapPoint(x: to.x + outward, y: to.y)
      controls = (from.x + controlReach, to.x + controlReach)
    } else {
      end = MapPoint(x: to.x - outward, y: to.y)
      let pull = (to.x - from.x) / 2
      controls = (from.x + pull, to.x - pull)
    }
  }

  /// SVG path data.
  var path: String {
    "M\(start.x) \(start.y) C\(controls.first) \(start.y) \(controls.second) \(end.y) \(end.x) \(end.y)"
  }

  /// The point at a parameter from 0 (start) to 1 (end).
  func point(at t: Double) -> MapPoint {
    let s = 1 - t
    let weights = (s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t)
    func blend(_ a: Int, _ b: Int, _ c: Int, _ d: Int) -> Int {
      let first = weights.0 * Double(a) + weights.1 * Double(b)
      let second = weights.2 * Double(c) + weights.3 * Double(d)
      return Int((first + second).rounded())
    }
    return MapPoint(
      x: blend(start.x, controls.first, controls.second, end.x), y: blend(start.y, start.y, end.y, end.y))
  }
}
