import JSON
import ScratchPostgres
import Synchronization
import Testing

@Suite("Orders while anything dies", .serialized, .enabled(if: ScratchServer.obstacle == nil))
struct CrashMatrixTests {
  /// How many stacks work side by side: a cell waits most of its time.
  private static let workers = 8

  @Test("whatever fails at whatever step, in the end stock, orders, items and payments agree")
  func everyCell() async {
    let progress = MatrixProgress(Cell.all)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<Self.workers { group.addTask { await Self.work(progress) } }
    }
    print("\(Cell.all.count) cells, \(progress.failures) inconsistent")
    #expect(progress.isOver && progress.failures == 0)
  }

  /// Runs cells until none is left.
  private static func work(_ progress: MatrixProgress) async {
    while !progress.isOver {
      do {
        try await MarketplaceStack.run { stack in
          let buyer = try await Buyer.open(stack)
          // A stack on which a cell was not carried through is of no use to the next.
          while let (number, cell) = progress.next(), await run(cell, number, stack, buyer, progress) {}
        }
      } catch {
        Issue.record("a stack failed: \(error)")
        return
      }
    }
  }

  /// Runs a cell and tells of it; false when it could not be carried through.
  private static func run(
    _ cell: Cell, _ number: Int, _ stack: MarketplaceStack, _ buyer: Buyer, _ progress: MatrixProgress
  ) async -> Bool {
    let start = ContinuousClock.now
    var verdict = CellRun.Verdict(account: "not carried through")
    var isWhole = true
    do {
      verdict = try await CellRun(cell: cell, stack: stack, buyer: buyer, key: "cell-\(number)").run()
    } catch {
      verdict.problems.append("\(error)")
      isWhole = false
    }
    let tenths = Int((ContinuousClock.now - start) / .milliseconds(100))
    print("\(cell): \(verdict.account): \(verdict.problems.isEmpty ? "consistent" : "INCONSISTENT"), \(tenths) * 0.1 s")
    if !verdict.problems.isEmpty {
      progress.noteFailure()
      Issue.record("\(cell): \(verdict.account): \(verdict.problems.joined(separator: "; "))\n\(stack.latestLogs())")
    }
    return isWhole
  }
}

/// Which cells are left, and how many were inconsistent.
private final class MatrixProgress: Sendable {
  private let state: Mutex<(rest: ArraySlice<(Int, Cell)>, failures: Int)>

  init(_ cells: [Cell]) {
    state = Mutex((cells.enumerated().map { ($0.offset, $0.element) }[...], 0))
  }

  var isOver: Bool { state.withLock { $0.rest.isEmpty } }
  var failures: Int { state.withLock { $0.failures } }

  func next() -> (Int, Cell)? { state.withLock { $0.rest.popFirst() } }
  func noteFailure() { state.withLock { $0.failures += 1 } }
}
