private import Synchronization

/// The users who are not waiting for an answer; in an open loop a newcomer steps in when there are none.
final class Crowd: Sendable {
  private struct State {
    var idle: [any VirtualUser] = []
    var choices: SeededChoices
    var count = 0
  }

  private let state: Mutex<State>
  private let makeNewcomer: @Sendable (_ number: Int) -> any VirtualUser

  init(seed: UInt64, _ makeNewcomer: @escaping @Sendable (_ number: Int) -> any VirtualUser) {
    state = Mutex(State(choices: SeededChoices(seed: seed, stream: .max - 1)))
    self.makeNewcomer = makeNewcomer
  }

  /// Somebody who has never been here.
  func newcomer() -> any VirtualUser {
    let number = state.withLock { state in
      defer { state.count += 1 }
      return state.count
    }
    return makeNewcomer(number)
  }

  /// Anybody who is idle, else a newcomer.
  func take() -> any VirtualUser {
    let user: (any VirtualUser)? = state.withLock { state in
      guard !state.idle.isEmpty else { return nil }
      let index = state.choices.number(0...state.idle.count - 1)
      state.idle.swapAt(index, state.idle.count - 1)
      return state.idle.removeLast()
    }
    return user ?? newcomer()
  }

  func giveBack(_ user: any VirtualUser) { state.withLock { $0.idle.append(user) } }
}
