// "Did you mean": the nearest known name by edit distance, offered only when it is near enough to be a slip of the
// fingers. A far suggestion is worse than none: it sends the reader the wrong way.

/// The candidate nearest to a misspelt name, or nothing when none is near.
///
/// Distance is Damerau-Levenshtein (restricted: insertion, deletion, substitution, transposition of neighbours) over
/// Unicode scalars with case folded; at most a third of the longer name and at most four, so that names of one or two
/// letters are near only when their case differs. A candidate that continues the name (or is continued by it) after
/// four or more equal scalars counts as near too. Among equally near ones the first wins.
package func suggestion(for name: String, among candidates: [String]) -> String? {
  let folded = Array(name.lowercased().unicodeScalars)
  guard !folded.isEmpty, folded.count <= 200 else { return nil }
  var best: (candidate: String, distance: Int)?
  for candidate in candidates where candidate != name {
    let other = Array(candidate.lowercased().unicodeScalars)
    guard !other.isEmpty, other.count <= 200 else { continue }
    let limit = min(4, max(folded.count, other.count) / 3)
    var distance = editDistance(folded, other)
    if distance > limit {
      let shorter = min(folded.count, other.count)
      guard shorter >= 4, folded.prefix(shorter) == other.prefix(shorter) else { continue }
      distance = limit + 1
    }
    if distance < best?.distance ?? .max { best = (candidate, distance) }
  }
  return best?.candidate
}

/// The remedy sentence for a misspelt name: the nearest candidate, else the list of the possible ones.
package func remedy(for name: String, among candidates: [String]) -> String? {
  if let near = suggestion(for: name, among: candidates) { return "did you mean '\(near)'?" }
  guard !candidates.isEmpty else { return nil }
  var distinct: [String] = []
  for candidate in candidates where !distinct.contains(candidate) { distinct.append(candidate) }
  let shown = distinct.prefix(12).map { "'\($0)'" }.joined(separator: ", ")
  return "possible: \(shown)\(distinct.count > 12 ? ", …" : "")"
}

private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
  var beforePrevious: [Int] = []
  var previous = Array(0...right.count)
  for i in 1...left.count {
    var current = [i]
    current.reserveCapacity(right.count + 1)
    for j in 1...right.count {
      let cost = left[i - 1] == right[j - 1] ? 0 : 1
      var value = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + cost)
      if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
        value = min(value, beforePrevious[j - 2] + 1)
      }
      current.append(value)
    }
    (beforePrevious, previous) = (previous, current)
  }
  return previous[right.count]
}
