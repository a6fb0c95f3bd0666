import ArgumentParser
import Audit
import HTTP
import RunModel
import Stack

/// A short time with a stack that is up, and nothing else: no tests, no reports.
struct StackVisit {
  let plan: Plan

  /// Boots, does the work with the stores, stops; exits as documented when the stack fails or a signal comes.
  func run<Result: Sendable>(
    _ body: @escaping @Sendable ([String: AuditedStore]) async throws -> Result
  ) async throws -> Result {
    let work = Task {
      let stack = try await plan.boot(events: EventStream(listeners: []))
      let http = HTTPClient()
      let result = await Swift.Result { try await body(stack.auditedStores(over: http)) }
      http.shutdown()
      await stack.stop()
      return try result.get()
    }
    let signals = SignalWatch { work.cancel() }
    do {
      let result = try await work.value
      if signals.received != nil { throw ArgumentParser.ExitCode(.interrupted) }
      return result
    } catch let code as ArgumentParser.ExitCode {
      throw code
    } catch {
      if signals.received != nil { throw ArgumentParser.ExitCode(.interrupted) }
      StandardStreams.error.write("error: \(error)\n")
      throw ArgumentParser.ExitCode(.stackFailed)
    }
  }
}

extension Swift.Result where Failure == any Error {
  /// What an asynchronous body answers or throws.
  fileprivate init(_ body: () async throws -> Success) async {
    do {
      self = .success(try await body())
    } catch {
      self = .failure(error)
    }
  }
}
