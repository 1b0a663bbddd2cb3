// A classic script in the head: the stored choice must be in place before the first paint, or the page flashes.
try {
  const theme = localStorage.getItem('vlog.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // without storage the system's choice stands
}
