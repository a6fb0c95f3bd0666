import RFC3339
import RunModel
import Synchronization
import Testing

@Suite("The event stream") struct EventStreamTests {
  private final class Listener: RunListener {
    let messages = Mutex<[String]>([])

    func receive(_ event: RunEvent) {
      if case .noted(let notice) = event { messages.withLock { $0.append(notice.message) } }
    }
  }

  @Test("all listeners see all events in one order, however many tasks emit")
  func order() async {
    let listeners = [Listener(), Listener()]
    let stream = EventStream(listeners: listeners)
    await withTaskGroup { group in
      for task in 0..<8 {
        group.addTask { for index in 0..<100 { stream.emit(.noted(Notice(.info, "\(task)/\(index)"))) } }
      }
    }
    let first = listeners[0].messages.withLock { $0 }
    #expect(first.count == 800)
    #expect(first == listeners[1].messages.withLock { $0 })
  }

  @Test("nothing is delivered after the end of the run")
  func end() {
    let listener = Listener()
    let stream = EventStream(listeners: [listener])
    stream.emit(.noted(Notice(.info, "before")))
    stream.emit(.runFinished(RunEnding(finishedAt: Timestamp(seconds: 0, nanoseconds: 0), reason: .completed)))
    stream.emit(.noted(Notice(.info, "after")))
    #expect(listener.messages.withLock { $0 } == ["before"])
  }

  @Test("a rule id is kebab-case", arguments: ["a", "orders-reference-existing-users", "top-10"])
  func ruleIDs(text: String) { #expect(RuleID(text)?.text == text) }

  @Test("anything else is no rule id", arguments: ["", "-", "a-", "-a", "A", "a_b", "a--b", "ä", "a b", "a/b"])
  func refusedRuleIDs(text: String) { #expect(RuleID(text) == nil) }
}
