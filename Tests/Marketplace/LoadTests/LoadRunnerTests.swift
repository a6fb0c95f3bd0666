import HTTP
import JSON
import ServiceKit
import Synchronization
import Testing

@testable import Load

@Suite("Load runs") struct LoadRunnerTests {
  private func settings(
    _ pace: LoadSettings.Pace, seconds: Int = 10, shoppers: Int = 3, administrator: Bool = true
  ) -> LoadSettings {
    LoadSettings(
      gateway: "", pace: pace, duration: .seconds(seconds), shoppers: shoppers, seed: 7, name: "test",
      administrator: administrator ? LoadSettings.Credentials(email: "admin@load.example", password: "secret") : nil)
  }

  @Test("an open loop begins exactly as many calls as its rate says, whatever the answers take")
  func openLoop() async throws {
    let clock = StillClock()
    let report = try await LoadRunner(settings(.perSecond(50)), transport: ObligingGateway(), clock: clock).run()
    #expect(report.total.calls == 500)
    #expect(report.isClean, "\(report.table)")
  }

  @Test("in an open loop latency counts from when a call should have begun")
  func coordinatedOmission() async throws {
    let clock = StillClock()
    let hasStalled = Mutex(false)
    // The first measured call takes four seconds, in which nothing else can begin.
    let gateway = ObligingGateway { _ in
      guard clock.now() > .zero else { return nil }
      if hasStalled.withLock({ stalled in
        defer { stalled = true }; return !stalled
      }) {
        clock.advance(by: .seconds(4))
      }
      return nil
    }
    let report = try await LoadRunner(settings(.perSecond(10)), transport: gateway, clock: clock).run()
    #expect(report.total.calls == 100)
    // Some forty calls fell into those four seconds: a tenth of all waited more than three.
    #expect(report.total.latencies.percentile(92) >= .seconds(3))
  }

  @Test("against a gateway that stalls an open loop keeps a bounded number of calls waiting, and tells of the rest")
  func stalled() async throws {
    let clock = StillClock()
    let gateway = StallingGateway(clock: clock, until: .seconds(10))
    let report = try await LoadRunner(settings(.perSecond(50)), transport: gateway, clock: clock, mostUnderWay: 3).run()
    #expect(report.total.calls == 3)
    #expect(report.unbegun == 497)
    #expect(report.table.contains("497 calls were due and never begun"))
  }

  @Test("a closed loop goes on until its time is over")
  func closedLoop() async throws {
    let clock = StillClock()
    let gateway = ObligingGateway { _ in
      clock.advance(by: .milliseconds(10))
      return nil
    }
    let report = try await LoadRunner(settings(.asFastAsAnswered), transport: gateway, clock: clock).run()
    #expect(report.isClean, "\(report.table)")
    // Every call takes 10 ms of the one clock; the last of each user may end behind the end.
    #expect((1000...1004).contains(report.total.calls))
    #expect(!report.isInterrupted)
  }

  @Test("a request to stop ends a load, and what it did is reported")
  func stopped() async throws {
    let clock = StillClock()
    let stop = StopRequest()
    let gateway = ObligingGateway { _ in
      clock.advance(by: .milliseconds(10))
      if clock.now() > .seconds(2) { stop.make() }
      return nil
    }
    let report = try await LoadRunner(
      settings(.asFastAsAnswered, seconds: 3600), transport: gateway, clock: clock, stop: stop
    ).run()
    #expect(report.isInterrupted)
    #expect(report.total.calls > 50 && report.total.calls < 250)
  }

  @Test("unexpected answers are counted by operation and kept with their request ids, and lives begin anew")
  func unexpected() async throws {
    let clock = StillClock()
    let gateway = ObligingGateway { request in
      clock.advance(by: .milliseconds(10))
      let isPayment = request.method == "POST" && request.url.hasSuffix("/payments")
      return isPayment ? ObligingGateway.problem(500, "internal-error") : nil
    }
    let report = try await LoadRunner(
      settings(.asFastAsAnswered, seconds: 60), transport: gateway, clock: clock
    ).run()
    #expect(!report.isClean)
    let occasion = LoadReport.Occasion(operation: .createPayment, what: "500 internal-error")
    #expect(report.surprises.keys.map { $0 } == [occasion])
    #expect(report.surprises[occasion] == report.figures[.createPayment]?.calls)
    #expect(report.samples.allSatisfy { $0.occasion == occasion && $0.requestID.hasPrefix("test-") })
    // Who lost track registers again.
    #expect((report.figures[.registerUser]?.calls ?? 0) > 5)
  }

  @Test("a load that cannot begin says why")
  func cannotBegin() async throws {
    let refused = ObligingGateway { request in
      request.url.hasSuffix("/api/sessions") ? ObligingGateway.problem(401, "invalid-credentials") : nil
    }
    await #expect(throws: LoadError.refused(.createSession, "401 invalid-credentials", "test-3")) {
      _ = try await LoadRunner(settings(.asFastAsAnswered), transport: refused, clock: StillClock()).run()
    }
    let empty = ObligingGateway { _ in ObligingGateway.json(200, ["items": [], "next_cursor": .null]) }
    await #expect(throws: LoadError.nothingForSale) {
      _ = try await LoadRunner(
        settings(.asFastAsAnswered, administrator: false), transport: empty, clock: StillClock()
      ).run()
    }
  }
}
