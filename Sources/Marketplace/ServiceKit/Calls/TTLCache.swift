private import Synchronization

/// Remembers answers of other services for a few seconds, bounded in size.
///
/// Two generations keep the bound without bookkeeping per use: when the young one is full it becomes the old one, and
/// what was not asked for since is forgotten. A load that began before an invalidation is not stored, so a service
/// never serves a value older than a change it made itself.
package final class TTLCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private struct Entry: Sendable {
    let value: Value
    let expiry: Duration
  }

  private struct State {
    var young: [Key: Entry] = [:]
    var old: [Key: Entry] = [:]
    var epoch = 0

    mutating func lookUp(_ key: Key, now: Duration, _ size: Int) -> Value? {
      guard let entry = young[key] ?? old[key], entry.expiry > now else { return nil }
      if young[key] == nil { store(key, entry, size) }
      return entry.value
    }

    mutating func store(_ key: Key, _ entry: Entry, _ size: Int) {
      if young[key] == nil, young.count >= size {
        old = young
        young = [:]
      }
      old[key] = nil
      young[key] = entry
    }
  }

  private let state = Mutex(State())
  private let generationSize: Int
  private let lifetime: Duration
  private let clock: any MonotonicClock

  /// Creates an empty cache for at most `capacity` values that are kept for `lifetime`.
  package init(capacity: Int, lifetime: Duration, clock: any MonotonicClock = SystemMonotonicClock()) {
    generationSize = max(1, capacity / 2)
    self.lifetime = lifetime
    self.clock = clock
  }

  /// The remembered value, else the loaded one, which is remembered unless it is nil.
  package func value(for key: Key, load: () async throws -> Value?) async throws -> Value? {
    let now = clock.now()
    let (hit, epoch) = state.withLock { ($0.lookUp(key, now: now, generationSize), $0.epoch) }
    if let hit { return hit }
    guard let value = try await load() else { return nil }
    let entry = Entry(value: value, expiry: clock.now() + lifetime)
    state.withLock { if $0.epoch == epoch { $0.store(key, entry, generationSize) } }
    return value
  }

  /// Forgets one key, also for loads under way.
  package func invalidate(_ key: Key) {
    state.withLock { state in
      state.epoch += 1
      state.young[key] = nil
      state.old[key] = nil
    }
  }

  /// Forgets everything, also for loads under way.
  package func removeAll() {
    state.withLock { state in
      state.epoch += 1
      state.young = [:]
      state.old = [:]
    }
  }

  /// How many values are held, expired ones included.
  package var count: Int { state.withLock { $0.young.count + $0.old.count } }
}
