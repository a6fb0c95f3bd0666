import Testing

@testable import Postgres

@Suite("Waiting")
struct WakeUpTests {
  @Test("a signal given before the wait ends it")
  func earlySignal() throws {
    let wakeUp = try WakeUp()
    wakeUp.signal()
    wakeUp.signal()
    #expect(wakeUp.wait(for: nil, until: nil) == .woken)
    #expect(wakeUp.wait(for: nil, until: .now) == .deadline)
    #expect(!wakeUp.isAborted)
  }

  @Test("a deadline that is past ends the wait at once")
  func pastDeadline() throws {
    let wakeUp = try WakeUp()
    #expect(wakeUp.wait(for: nil, until: .now - .seconds(1)) == .deadline)
  }

  @Test("aborting wakes and stays")
  func abort() throws {
    let wakeUp = try WakeUp()
    wakeUp.abort()
    #expect(wakeUp.wait(for: nil, until: nil) == .woken)
    #expect(wakeUp.isAborted)
  }
}
