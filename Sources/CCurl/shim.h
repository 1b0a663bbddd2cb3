// Swift cannot call libcurl's variadic functions; each of these is one of them with the type of one kind of option.
#pragma once

#include <curl/curl.h>

static inline CURLcode vlog_curl_set_number(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode vlog_curl_set_size(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

/// For strings, lists and the pointers that callbacks get. libcurl copies strings, but CURLOPT_POSTFIELDS.
static inline CURLcode vlog_curl_set_pointer(CURL *handle, CURLoption option, const void *value) {
    return curl_easy_setopt(handle, option, value);
}

/// CURLOPT_WRITEFUNCTION and CURLOPT_HEADERFUNCTION.
static inline CURLcode vlog_curl_set_receiver(
    CURL *handle, CURLoption option, size_t (*function)(char *, size_t, size_t, void *)) {
    return curl_easy_setopt(handle, option, function);
}

/// CURLOPT_OPENSOCKETFUNCTION.
static inline CURLcode vlog_curl_set_socket_opener(
    CURL *handle, curl_socket_t (*function)(void *, curlsocktype, struct curl_sockaddr *)) {
    return curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, function);
}

/// CURLOPT_XFERINFOFUNCTION.
static inline CURLcode vlog_curl_set_progress(
    CURL *handle, int (*function)(void *, curl_off_t, curl_off_t, curl_off_t, curl_off_t)) {
    return curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, function);
}

static inline long vlog_curl_status(CURL *handle) {
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

/// CURL_SOCKET_BAD, a macro with a cast.
static inline curl_socket_t vlog_curl_bad_socket(void) { return CURL_SOCKET_BAD; }
