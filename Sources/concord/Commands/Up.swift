import ArgumentParser
import RFC3339
import Reporting
import RunModel
import Stack

/// `concord up`: the stack alone, for people to work with.
struct Up: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Boots the stack and keeps it up until Ctrl-C; prints URLs and connection strings.",
    discussion: "The stack ends when the command ends, whatever ends it.")

  @OptionGroup var stack: StackOptions
  @OptionGroup var dataset: DatasetOptions

  @Flag(inversion: .prefixedNo, help: "Colours on the console; decided by the terminal and NO_COLOR if not given.")
  var color: Bool?

  func run() async throws {
    let plan = try await Plan.load(stackFile: stack.stack, dataset: dataset.choice)
    let style = TerminalStyle(
      preference: color, environment: RunIdentity.environment, isTerminal: StandardStreams.out.isTerminal)
    let console = ConsoleReporter(style: style, isInteractive: false) { StandardStreams.out.write($0) }
    let events = EventStream(listeners: [console])
    let work = Task { try await keepUp(plan, events) }
    let signals = SignalWatch { work.cancel() }
    do {
      try await work.value
    } catch {
      if signals.received != nil { throw ArgumentParser.ExitCode(.interrupted) }
      StandardStreams.error.write("error: \(error)\n")
      throw ArgumentParser.ExitCode(.stackFailed)
    }
    if signals.received != nil { throw ArgumentParser.ExitCode(.interrupted) }
  }

  private func keepUp(_ plan: Plan, _ events: EventStream) async throws {
    let stack = try await plan.runner(events: events).boot()
    do {
      if let dataset = plan.dataset { try await stack.loadDataset(dataset) }
      StandardStreams.out.write(StackListing(stack: stack, description: plan.description).text)
    } catch {
      await stack.stop()
      throw error
    }
    let failure = await stack.waitForFailure()
    await stack.stop()
    if let failure { throw failure }
  }
}
