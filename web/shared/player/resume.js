const key = 'vlog.resume';
const mostEntries = 200;
/** Nobody wants to be brought back to the first or the last seconds. */
const margin = 5;

/** Where each video was left. */
export const resume = {
  /** Seconds, or 0 to begin at the beginning. */
  get(name) {
    return read()[name]?.time ?? 0;
  },

  note(name, time, duration) {
    const all = read();
    delete all[name];
    if (time > margin && Number.isFinite(duration) && time < duration - margin) all[name] = { time: Math.floor(time) };
    write(all);
  },
};

function read() {
  try {
    const all = JSON.parse(localStorage.getItem(key));
    return typeof all === 'object' && all !== null ? all : {};
  } catch {
    return {};
  }
}

/** Entries are in the order of their last use; the oldest go first. */
function write(all) {
  try {
    localStorage.setItem(key, JSON.stringify(Object.fromEntries(Object.entries(all).slice(-mostEntries))));
  } catch {
    // without storage every video begins at the beginning
  }
}
