import SeededRandomness
import Testing

@testable import Postgres

@Suite("Pool decisions")
struct PoolStateTests {
  private func connection(_ number: Int) -> PoolState.ConnectionID { .init(number: number) }
  private func waiter(_ number: Int) -> PoolState.WaiterID { .init(number: number) }

  @Test("a request connects, gets the connection, and gives it back")
  func lifeOfOneLease() {
    var pool = PoolState(maximum: 2, maximumWaiters: 10)
    #expect(pool.handle(.requested(waiter(1))) == [.connect(connection(1))])
    #expect(pool.handle(.connected(connection(1))) == [.lease(connection(1), to: waiter(1))])
    #expect(pool.handle(.released(connection(1), usable: true)) == [])
    #expect(pool.counts == (total: 1, idle: 1, waiting: 0))
    #expect(pool.handle(.requested(waiter(2))) == [.lease(connection(1), to: waiter(2))])
  }

  @Test("no more connections than the maximum; the rest wait in order")
  func maximum() {
    var pool = PoolState(maximum: 1, maximumWaiters: 10)
    _ = pool.handle(.requested(waiter(1)))
    #expect(pool.handle(.requested(waiter(2))) == [])
    #expect(pool.handle(.requested(waiter(3))) == [])
    #expect(pool.handle(.connected(connection(1))) == [.lease(connection(1), to: waiter(1))])
    #expect(pool.handle(.released(connection(1), usable: true)) == [.lease(connection(1), to: waiter(2))])
    #expect(pool.handle(.released(connection(1), usable: true)) == [.lease(connection(1), to: waiter(3))])
  }

  @Test("a full queue refuses")
  func boundedQueue() {
    var pool = PoolState(maximum: 1, maximumWaiters: 2)
    _ = pool.handle(.requested(waiter(1)))
    _ = pool.handle(.requested(waiter(2)))
    #expect(pool.handle(.requested(waiter(3))) == [.refuse(waiter(3), .tooManyWaiters)])
  }

  @Test("expired and cancelled waits end once, and the connection goes to the next")
  func endedWaits() {
    var pool = PoolState(maximum: 1, maximumWaiters: 10)
    for number in 1...3 {
      _ = pool.handle(.requested(waiter(number)))
    }
    #expect(pool.handle(.expired(waiter(1))) == [.refuse(waiter(1), .expired)])
    #expect(pool.handle(.expired(waiter(1))) == [])
    #expect(pool.handle(.cancelled(waiter(2))) == [.refuse(waiter(2), .cancelled)])
    #expect(pool.handle(.connected(connection(1))) == [.lease(connection(1), to: waiter(3))])
    #expect(pool.handle(.cancelled(waiter(3))) == [])
  }

  @Test("a connection that nobody waits for any more is kept")
  func lateConnection() {
    var pool = PoolState(maximum: 1, maximumWaiters: 10)
    _ = pool.handle(.requested(waiter(1)))
    _ = pool.handle(.cancelled(waiter(1)))
    #expect(pool.handle(.connected(connection(1))) == [])
    #expect(pool.counts == (total: 1, idle: 1, waiting: 0))
  }

  @Test("a failed connection fails one waiter and is tried again for the others")
  func failedConnection() {
    var pool = PoolState(maximum: 1, maximumWaiters: 10)
    _ = pool.handle(.requested(waiter(1)))
    _ = pool.handle(.requested(waiter(2)))
    #expect(
      pool.handle(.connectFailed(connection(1))) == [
        .refuse(waiter(1), .connectFailed(connection(1))), .connect(connection(2)),
      ]
    )
    #expect(pool.handle(.connectFailed(connection(2))) == [.refuse(waiter(2), .connectFailed(connection(2)))])
    #expect(pool.counts == (total: 0, idle: 0, waiting: 0))
  }

  @Test("a broken connection is closed and replaced for those who wait")
  func brokenConnection() {
    var pool = PoolState(maximum: 1, maximumWaiters: 10)
    _ = pool.handle(.requested(waiter(1)))
    _ = pool.handle(.connected(connection(1)))
    _ = pool.handle(.requested(waiter(2)))
    #expect(
      pool.handle(.released(connection(1), usable: false)) == [.close(connection(1)), .connect(connection(2))]
    )
    #expect(pool.handle(.connected(connection(2))) == [.lease(connection(2), to: waiter(2))])
  }

  @Test("shutting down refuses, closes what is idle, and finishes with the last connection")
  func shutdown() {
    var pool = PoolState(maximum: 3, maximumWaiters: 10)
    for number in 1...3 {
      _ = pool.handle(.requested(waiter(number)))
    }
    _ = pool.handle(.connected(connection(1)))
    _ = pool.handle(.connected(connection(2)))
    _ = pool.handle(.released(connection(1), usable: true))
    _ = pool.handle(.requested(waiter(4)))
    // Connection 1 went to waiter 3, connection 2 is leased, connection 3 is being made for waiter 4.
    #expect(pool.handle(.shutdown) == [.refuse(waiter(4), .shutDown)])
    #expect(pool.handle(.requested(waiter(5))) == [.refuse(waiter(5), .shutDown)])
    #expect(pool.handle(.connected(connection(3))) == [.close(connection(3))])
    #expect(pool.handle(.released(connection(1), usable: true)) == [.close(connection(1))])
    #expect(pool.handle(.released(connection(2), usable: false)) == [.close(connection(2)), .finish])
    #expect(pool.handle(.shutdown) == [])
  }

  @Test("an empty pool shuts down at once")
  func emptyShutdown() {
    var pool = PoolState(maximum: 1, maximumWaiters: 1)
    #expect(pool.handle(.shutdown) == [.finish])
  }

  /// Plays random events against a simple model of who holds what, and checks the invariants after each.
  @Test("no order of events breaks the invariants", arguments: 0..<20 as Range<UInt64>)
  func randomEvents(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var pool = PoolState(maximum: 3, maximumWaiters: 5)
    var waiting: Set<PoolState.WaiterID> = []
    var connecting: Set<PoolState.ConnectionID> = []
    var leased: Set<PoolState.ConnectionID> = []
    var open: Set<PoolState.ConnectionID> = []
    var finishes = 0
    for step in 0..<500 {
      let event: PoolState.Event
      switch (Int.random(in: 0..<(step > 450 ? 7 : 6), using: &random), waiting.min(by: { $0.number < $1.number })) {
      case (0, _), (1, _):
        event = .requested(waiter(step))
        waiting.insert(waiter(step))
      case (2, let someone?): event = .cancelled(someone)
      case (3, _) where !connecting.isEmpty:
        let id = connecting.removeFirst()
        open.insert(id)
        event = .connected(id)
      case (4, _) where !connecting.isEmpty: event = .connectFailed(connecting.removeFirst())
      case (5, _) where !leased.isEmpty: event = .released(leased.removeFirst(), usable: Bool.random(using: &random))
      case (6, _): event = .shutdown
      default: continue
      }
      for action in pool.handle(event) {
        switch action {
        case .lease(let id, let who):
          #expect(waiting.remove(who) != nil && open.contains(id) && leased.insert(id).inserted)
        case .refuse(let who, _): #expect(waiting.remove(who) != nil)
        case .connect(let id): #expect(connecting.insert(id).inserted && !open.contains(id))
        case .close(let id): #expect(open.remove(id) != nil && !leased.contains(id))
        case .finish: finishes += 1
        }
      }
      #expect(open.count + connecting.count <= 3)
      #expect(pool.counts.total == open.count + connecting.count)
      #expect(pool.counts.idle == open.count - leased.count)
      #expect(pool.counts.waiting == waiting.count && waiting.count <= 5)
      #expect(waiting.isEmpty || pool.counts.idle == 0, "somebody waits although a connection is idle")
    }
    #expect(finishes <= 1)
  }
}
