extension SQLReader {
  /// How long one snapshot may take before a scan is read in several.
  private static let longestSnapshot = Duration.seconds(15)
  /// Rows that a store gives in a second when nobody slows it down.
  private static let rowsPerSecond = 5_000_000.0
  /// Rows of a part while the server's load is watched: between parts it is asked for.
  private static let rowsBetweenLooks = 1_000_000

  /// How many rows of so many a snapshot should be of; nil when all of them are read in a short time.
  func rowsPerSnapshot(of rows: Double) -> Int? {
    let perSecond = min(Self.rowsPerSecond, pace.rowsPerSecond.map(Double.init) ?? .infinity)
    let isLong = .seconds(rows / perSecond) > Self.longestSnapshot
    let size = max(1_000, Int(perSecond * (RelationScan.snapshotAim / .seconds(1))))
    guard load != nil else { return isLong ? size : nil }
    return rows > Double(Self.rowsBetweenLooks) || isLong ? min(size, Self.rowsBetweenLooks) : nil
  }
}
