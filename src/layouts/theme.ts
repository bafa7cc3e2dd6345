/** The day-and-night switch of the top bar. */
for (const button of document.querySelectorAll('[data-theme-switch]')) {
  button.addEventListener('click', () => {
    const root = document.documentElement;
    root.dataset.theme = root.dataset.theme === 'dark' ? 'light' : 'dark';
    document.dispatchEvent(new CustomEvent('drydock:theme'));
    try {
      localStorage.setItem('drydock-theme', root.dataset.theme);
    } catch {
      // Storage is switched off: the choice holds for this page.
    }
  });
}
