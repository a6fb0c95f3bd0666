package import JSON
import JSONPath
import YAMLSource

extension Criterion {
  /// Evaluates the criterion.
  ///
  /// - Parameter patterns: what compiles regular expressions, here and in the functions of JSONPath.
  package func evaluate(in context: some ExpressionContext, patterns: any PatternEngine) -> CriterionOutcome {
    switch condition {
    case .simple(let condition):
      let outcome = condition.evaluate(in: context)
      return CriterionOutcome(
        verdict: outcome.isTrue ? .satisfied : .unsatisfied, condition: condition.description,
        operands: outcome.operands, explanation: outcome.reasons.joined(separator: "; "), location: location)
    case .regex(let pattern):
      return evaluate(in: context) { value throws(CriterionFailure) in
        let text = value.stringValue ?? value.serialized()
        do throws(PatternError) {
          let isMatch = try patterns.compile(pattern).firstMatch(in: text)
          return (isMatch, isMatch ? "matches /\(pattern)/" : "does not match /\(pattern)/")
        } catch {
          throw CriterionFailure(message: "the pattern failed: \(error.message)")
        }
      }
    case .jsonPath(let query):
      return evaluate(in: context) { value throws(CriterionFailure) in
        do throws(JSONPathError) {
          let count = try JSONPathQuery(parsing: query, patterns: patterns).nodes(in: value).count
          return (count > 0, "has \(count) \(count == 1 ? "node" : "nodes") at \(query)")
        } catch {
          throw CriterionFailure(message: "the query failed: \(error)")
        }
      }
    case .xpath:
      return CriterionOutcome(
        verdict: .impossible("XPath is not supported"), condition: condition.text, operands: [],
        explanation: "XPath is not supported", location: location)
    }
  }

  private struct CriterionFailure: Error {
    let message: String
  }

  private func evaluate(
    in context: some ExpressionContext,
    _ test: (JSONValue) throws(CriterionFailure) -> (isSatisfied: Bool, explanation: String)
  ) -> CriterionOutcome {
    guard let subject = self.context else {
      // The reader refuses such criteria; this is for those built by hand.
      return outcome(.impossible("the context is missing"), operands: [], "the context is missing")
    }
    let value = context.valueOrProperty(of: subject)
    let operands = [SimpleCondition.Operand(text: subject.description, value: value)]
    guard let value else { return outcome(.unsatisfied, operands: operands, "\(subject) was absent") }
    do {
      let (isSatisfied, explanation) = try test(value)
      let shown = isSatisfied ? "" : ": \(SimpleCondition.shown(value))"
      return outcome(isSatisfied ? .satisfied : .unsatisfied, operands: operands, "\(subject) \(explanation)\(shown)")
    } catch {
      return outcome(.impossible(error.message), operands: operands, error.message)
    }
  }

  private func outcome(
    _ verdict: CriterionOutcome.Verdict, operands: [SimpleCondition.Operand], _ explanation: String
  ) -> CriterionOutcome {
    CriterionOutcome(
      verdict: verdict, condition: condition.text, operands: operands, explanation: explanation, location: location)
  }

  /// What is wrong with the pattern or query of the criterion: an error when it cannot be used at all.
  func syntaxProblems(patterns: any PatternEngine) -> [Diagnostic] {
    switch condition {
    case .simple, .xpath: return []
    case .regex(let pattern):
      do throws(PatternError) {
        _ = try patterns.compile(pattern)
        return []
      } catch {
        return [Diagnostic(location: location, message: "the regular expression cannot be used: \(error.message)")]
      }
    case .jsonPath(let query):
      do throws(JSONPathError) {
        return try JSONPathQuery(parsing: query, patterns: patterns).patternWarnings.map {
          Diagnostic(severity: .warning, location: location, message: "the JSONPath query: \($0)")
        }
      } catch {
        return [Diagnostic(location: location, message: "the JSONPath query cannot be used: \(error)")]
      }
    }
  }
}
