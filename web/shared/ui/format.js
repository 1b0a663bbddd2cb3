const locale = navigator.language;
const absolute = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short' });
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const steps = [
  ['year', 31_557_600], ['month', 2_629_800], ['week', 604_800], ['day', 86_400], ['hour', 3600], ['minute', 60],
];

/** `1:02:03`, `2:03`, `0:07`. */
export function clock(seconds) {
  const whole = Number.isFinite(seconds) ? Math.max(0, Math.floor(seconds)) : 0;
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = String(rest).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`;
}

/** `1 hour 2 minutes 3 seconds`, for screen readers. */
export function spokenTime(seconds) {
  const whole = Number.isFinite(seconds) ? Math.max(0, Math.floor(seconds)) : 0;
  const parts = [[Math.floor(whole / 3600), 'hour'], [Math.floor(whole / 60) % 60, 'minute'], [whole % 60, 'second']];
  const spoken = parts.filter(([count]) => count > 0).map(([count, unit]) => plural(count, unit));
  return spoken.join(' ') || '0 seconds';
}

/** `6 s`, `4 min`, `1 h 20 min`: how long something will take. */
export function roughTime(seconds) {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function plural(count, unit, many = `${unit}s`) {
  return `${count.toLocaleString('en')} ${count === 1 ? unit : many}`;
}

/** Binary units: `1.4 GiB`. */
export function bytes(count) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = count;
  let index = 0;
  while (value >= 1024 && index < units.length - 1) {
    value /= 1024;
    index += 1;
  }
  return `${index === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[index]}`;
}

export function percent(value) {
  return `${Math.floor(Math.min(100, Math.max(0, value)))} %`;
}

export function relativeDate(text, now = Date.now()) {
  const seconds = (Date.parse(text) - now) / 1000;
  const [unit, size] = steps.find(([, size]) => Math.abs(seconds) >= size) ?? [null, 1];
  return unit === null ? 'just now' : relative.format(Math.trunc(seconds / size), unit);
}

export function absoluteDate(text) {
  return absolute.format(new Date(text));
}
