/// Who needs whom, to find circles.
struct NeedsGraph {
  private let needs: [String: [String]]

  init(_ needs: [String: [String]]) {
    self.needs = needs
  }

  /// A shortest way from a service back to itself, starting with it; nil when there is none.
  func circle(through start: String) -> [String]? {
    var cameFrom: [String: String] = [:]
    var queue = [start]
    var next = 0
    while next < queue.count {
      let current = queue[next]
      next += 1
      for need in needs[current] ?? [] {
        if need == start {
          var way = [current]
          while let previous = cameFrom[way[0]] { way.insert(previous, at: 0) }
          return way
        }
        if cameFrom[need] == nil {
          cameFrom[need] = current
          queue.append(need)
        }
      }
    }
    return nil
  }
}
