const delay = 200;

/**
 * Runs work; only when it takes longer than 200 ms is `show` called, so that quick answers do not flicker.
 */
export async function whileSlow(work, show) {
  const timer = setTimeout(show, delay);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}
