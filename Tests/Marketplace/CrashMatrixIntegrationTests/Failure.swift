import FaultRelay

/// How a dependency, or the one who asks it, fails at a step.
enum Failure: String, CaseIterable, Sendable {
  case answers500 = "answers 500"
  case answers503Once = "answers 503 once"
  case answers503 = "answers 503"
  case hangs = "hangs"
  case hangsAndActsLate = "hangs, and acts when all is over"
  case diesBefore = "dies before acting"
  case diesAfter = "dies after acting"
  case callerDiesBefore = "is never asked: the caller dies"
  case callerDiesAfter = "acts, and the caller dies"

  /// Whether it is an answer in HTTP.
  var isAnswer: Bool {
    switch self {
    case .answers500, .answers503Once, .answers503: true
    default: false
    }
  }

  /// Whether the part that asks dies.
  var killsCaller: Bool { self == .callerDiesBefore || self == .callerDiesAfter }

  /// The trap that makes it happen, once the texts of a step have come.
  func trap(_ texts: [String], on link: Link, of stack: MarketplaceStack) -> Trap {
    switch self {
    case .answers500: Trap(texts, .answer(status: 500), springsOnce: false)
    case .answers503Once: Trap(texts, .answer(status: 503))
    case .answers503: Trap(texts, .answer(status: 503), springsOnce: false)
    case .hangs, .hangsAndActsLate: Trap(texts, .hang)
    case .diesBefore: Trap(texts, .before { stack.kill(link.dependency) })
    case .diesAfter: Trap(texts, .after { stack.kill(link.dependency) })
    case .callerDiesBefore: Trap(texts, .before { stack.kill(link.caller) })
    case .callerDiesAfter: Trap(texts, .after { stack.kill(link.caller) })
    }
  }
}
