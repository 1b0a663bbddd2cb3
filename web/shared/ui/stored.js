/** A text in localStorage; where storage is forbidden it lasts as long as the page. */
export function stored(key, fallback = null) {
  let memory = fallback;
  return {
    get() {
      try {
        return localStorage.getItem(key) ?? memory;
      } catch {
        return memory;
      }
    },
    set(value) {
      memory = value;
      try {
        localStorage.setItem(key, value);
      } catch {
        // kept in memory only
      }
    },
  };
}
