// The border to libcurl. curl_easy_setopt, curl_easy_getinfo and curl_multi_setopt are variadic, and Swift does not
// import variadic C functions; each wrapper below fixes the type of the value once, so a wrong kind of value is a
// compile error on the Swift side. Only the Swift target HTTP imports this module.

#ifndef CONCORD_CLIBCURL_SHIM_H
#define CONCORD_CLIBCURL_SHIM_H

// Because curl's type-checking macros replace curl_easy_setopt by statement expressions that need a constant option.
#define CURL_DISABLE_TYPECHECK 1
#include <curl/curl.h>
#include <sys/socket.h>

// Because CURL_GLOBAL_ALL is a macro over a bit operation that Swift does not import.
static inline CURLcode concord_curl_global_init(void) {
  return curl_global_init(CURL_GLOBAL_ALL);
}

// Because options of kind `long` need exactly a C long in the variable argument list.
static inline CURLcode concord_curl_set_long(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

// Because `_LARGE` options need exactly a curl_off_t in the variable argument list.
static inline CURLcode concord_curl_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(handle, option, value);
}

// Because string options take a pointer; libcurl copies the text. NULL takes the option back.
static inline CURLcode concord_curl_set_string(CURL *handle, CURLoption option, const char *_Nullable value) {
  return curl_easy_setopt(handle, option, value);
}

// Because object pointers (callback data, error buffer, request content) travel as void *.
static inline CURLcode concord_curl_set_pointer(CURL *handle, CURLoption option, void *_Nullable value) {
  return curl_easy_setopt(handle, option, value);
}

// Because content is copied from read-only memory, and a Swift buffer of bytes is a const void *.
static inline CURLcode concord_curl_copy_content(CURL *handle, const void *_Nullable bytes, curl_off_t count) {
  CURLcode code = curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, count);
  return code == CURLE_OK ? curl_easy_setopt(handle, CURLOPT_COPYPOSTFIELDS, bytes) : code;
}

// Because the header list is a struct pointer, not a string or an object.
static inline CURLcode concord_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *_Nullable value) {
  return curl_easy_setopt(handle, option, value);
}

// Because function pointers may not travel as void *; body and header callbacks have the same type.
static inline CURLcode concord_curl_set_receiver(CURL *handle, CURLoption option, curl_write_callback function) {
  return curl_easy_setopt(handle, option, function);
}

// Because of the same, for the function that hands out request content.
static inline CURLcode concord_curl_set_reader(CURL *handle, curl_read_callback function) {
  return curl_easy_setopt(handle, CURLOPT_READFUNCTION, function);
}

// Because of the same, for the function that moves back in request content when a request must be sent again.
static inline CURLcode concord_curl_set_seeker(CURL *handle, curl_seek_callback function) {
  return curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, function);
}

// Because of the same, for the function asked just before a request is written to a connection.
static inline CURLcode concord_curl_set_gate(CURL *handle, curl_prereq_callback function) {
  return curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, function);
}

// Because of the same, for the function that opens sockets.
static inline CURLcode concord_curl_set_socket_opener(CURL *handle, curl_opensocket_callback function) {
  return curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, function);
}

// Because SOCK_CLOEXEC is an enumerator of a type that Swift does not mix with C's int.
static inline curl_socket_t concord_curl_open_socket(const struct curl_sockaddr *address) {
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// Because curl_easy_getinfo writes through a pointer of a type that depends on the question.
static inline CURLcode concord_curl_get_long(CURL *handle, CURLINFO info, long *value) {
  return curl_easy_getinfo(handle, info, value);
}

// Because of the same, for times in microseconds and sizes.
static inline CURLcode concord_curl_get_offset(CURL *handle, CURLINFO info, curl_off_t *value) {
  return curl_easy_getinfo(handle, info, value);
}

// Because of the same, for texts that live as long as the handle does nothing else.
static inline CURLcode concord_curl_get_string(CURL *handle, CURLINFO info, char *_Nullable *_Nonnull value) {
  return curl_easy_getinfo(handle, info, value);
}

// Because curl_multi_setopt is variadic too.
static inline CURLMcode concord_curl_multi_set_long(CURLM *handle, CURLMoption option, long value) {
  return curl_multi_setopt(handle, option, value);
}

#endif
