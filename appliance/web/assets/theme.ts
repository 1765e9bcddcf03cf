/** Runs before the first paint: light or dark as the system or the person wants, so that nothing flashes. */
{
  const system = matchMedia('(prefers-color-scheme: dark)');
  const apply = (): void => {
    let wish: string | null = null;
    try {
      wish = localStorage.getItem('theme');
    } catch (error) {
      // A browser that forbids storage still gets the system's theme.
      console.info('no stored theme', error);
    }
    document.documentElement.dataset.theme =
      wish === 'dark' || (wish !== 'light' && system.matches) ? 'dark' : 'light';
    document.dispatchEvent(new Event('themechange'));
  };
  system.addEventListener('change', apply);
  document.addEventListener('themewish', apply);
  apply();
}

export {};
