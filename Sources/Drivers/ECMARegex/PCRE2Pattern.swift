import CPCRE2
import JSON

/// A pattern compiled by PCRE2.
///
/// Unchecked, because the pointers never change: code and limits are made by `init` and freed by `deinit`. PCRE2 only
/// reads them while matching, and what it writes to is made for each match.
final class PCRE2Pattern: CompiledPattern, @unchecked Sendable {
  private let source: String
  private let code: OpaquePointer
  private let limits: OpaquePointer

  /// How deep groups may nest; PCRE2 compiles them recursively.
  private static let maximumGroupDepth: UInt32 = 200

  init(
    _ source: String, translation: PatternTranslator.Translation, matchLimit: UInt32, heapLimit: UInt32
  ) throws(PatternError) {
    var error: Int32 = 0
    var offset = 0
    let bytes = translation.bytes
    let compiled = bytes.withUnsafeBufferPointer { buffer in
      // An empty array may have no address, and PCRE2 before 10.43 takes no NULL.
      withUnsafePointer(to: 0 as UInt8) { empty in
        concord_pcre2_compile(buffer.baseAddress ?? empty, buffer.count, Self.maximumGroupDepth, &error, &offset)
      }
    }
    guard let code = compiled else {
      throw PatternError(
        pattern: source, message: Self.message(error), offset: translation.sourceOffset(of: offset))
    }
    guard let limits = concord_pcre2_limits_create(matchLimit, heapLimit) else {
      concord_pcre2_code_free(code)
      throw PatternError(pattern: source, message: "there is no memory to match it")
    }
    concord_pcre2_compile_just_in_time(code)
    self.source = source
    self.code = code
    self.limits = limits
  }

  deinit {
    concord_pcre2_limits_free(limits)
    concord_pcre2_code_free(code)
  }

  func firstMatch(in text: String) throws(PatternError) -> Bool {
    var result: Int32 = 0
    let isMatched: Void? = text.utf8.withContiguousStorageIfAvailable { buffer in
      result = concord_pcre2_matches(code, buffer.baseAddress, buffer.count, limits)
    }
    if isMatched == nil {
      Array(text.utf8).withUnsafeBufferPointer { buffer in
        result = concord_pcre2_matches(code, buffer.baseAddress, buffer.count, limits)
      }
    }
    guard result >= 0 else {
      let isLimit = [PCRE2_ERROR_MATCHLIMIT, PCRE2_ERROR_DEPTHLIMIT, PCRE2_ERROR_HEAPLIMIT].contains(result)
      throw PatternError(
        pattern: source,
        message: isLimit
          ? "matching a text of \(text.utf8.count) bytes took more steps than allowed; "
            + "nested repetitions such as (a+)+ are the usual reason"
          : Self.message(result))
    }
    return result == 1
  }

  private static func message(_ error: Int32) -> String {
    var buffer = [UInt8](repeating: 0, count: 256)
    let length = concord_pcre2_message(error, &buffer, buffer.count)
    guard length > 0 else { return "PCRE2 error \(error)" }
    return String(decoding: buffer.prefix(Int(length)), as: UTF8.self)
  }
}
