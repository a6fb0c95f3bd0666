// The border to PCRE2. Its functions are macros over names with the width of a code unit at the end; each wrapper below
// fixes the width to 8 bits once. Only the Swift target ECMARegex imports this module.

#ifndef CONCORD_CPCRE2_SHIM_H
#define CONCORD_CPCRE2_SHIM_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

// Because the name has a width, and because the limit for nested groups is set in a context that nothing else needs.
//   UTF                  texts are code points
//   NEVER_BACKSLASH_C    \C would split a code point
//   ALLOW_EMPTY_CLASS    [] matches nothing and [^] everything
//   MATCH_UNSET_BACKREF  a back reference to a group that took no part matches the empty text
//   DOLLAR_ENDONLY       $ is not before a last line feed
// PCRE2's own options for ECMAScript escapes (ALT_BSUX) are not set: the translation has \x{…} only, which they forbid.
static inline pcre2_code *_Nullable concord_pcre2_compile(
  const uint8_t *pattern, size_t length, uint32_t parenthesis_limit, int *error, size_t *offset
) {
  pcre2_compile_context *context = pcre2_compile_context_create(NULL);
  if (context == NULL) {
    *error = PCRE2_ERROR_NOMEMORY;
    *offset = 0;
    return NULL;
  }
  pcre2_set_parens_nest_limit(context, parenthesis_limit);
  pcre2_code *code = pcre2_compile(
    pattern, length,
    PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_ALLOW_EMPTY_CLASS | PCRE2_MATCH_UNSET_BACKREF | PCRE2_DOLLAR_ENDONLY,
    error, offset, context);
  pcre2_compile_context_free(context);
  return code;
}

// Because the name has a width; nothing happens where the build of PCRE2 or the processor has no JIT compiler.
static inline void concord_pcre2_compile_just_in_time(pcre2_code *code) {
  (void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
}

static inline void concord_pcre2_code_free(pcre2_code *_Nullable code) {
  pcre2_code_free(code);
}

// Because the three limits belong together: steps, memory in KiB, and the nesting of backtracking.
static inline pcre2_match_context *_Nullable concord_pcre2_limits_create(uint32_t steps, uint32_t heap_kibibytes) {
  pcre2_match_context *context = pcre2_match_context_create(NULL);
  if (context == NULL) return NULL;
  pcre2_set_match_limit(context, steps);
  pcre2_set_depth_limit(context, steps);
  pcre2_set_heap_limit(context, heap_kibibytes);
  return context;
}

static inline void concord_pcre2_limits_free(pcre2_match_context *_Nullable limits) {
  pcre2_match_context_free(limits);
}

// Because match data may serve one match at a time only: made here for each match, so that a compiled pattern can be
// used by many threads. One pair of offsets is all that is asked for. The text was a Swift String, hence valid UTF-8.
// A match that needs more than the small stack of JIT code is done again by the interpreter.
// Answers 1 for a match, 0 for none, a negative error else.
static inline int concord_pcre2_matches(
  const pcre2_code *code, const uint8_t *_Nullable text, size_t length, pcre2_match_context *limits
) {
  pcre2_match_data *data = pcre2_match_data_create(1, NULL);
  if (data == NULL) return PCRE2_ERROR_NOMEMORY;
  // NULL is no text for versions before 10.43.
  const uint8_t *subject = text == NULL ? (const uint8_t *)"" : text;
  int result = pcre2_match(code, subject, length, 0, PCRE2_NO_UTF_CHECK, data, limits);
  if (result == PCRE2_ERROR_JIT_STACKLIMIT)
    result = pcre2_match(code, subject, length, 0, PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, data, limits);
  pcre2_match_data_free(data);
  if (result == PCRE2_ERROR_NOMATCH) return 0;
  return result < 0 ? result : 1;
}

static inline int concord_pcre2_message(int error, uint8_t *buffer, size_t capacity) {
  return pcre2_get_error_message(error, buffer, capacity);
}

#endif
