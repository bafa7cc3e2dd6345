/** Keeps the site for later, once the page has nothing else to do: search and all lessons then need no network. */
const saving = (navigator as Navigator & { connection?: { saveData?: boolean } }).connection?.saveData === true;
if (import.meta.env.PROD && 'serviceWorker' in navigator && !saving) {
  addEventListener('load', () => {
    setTimeout(() => {
      navigator.serviceWorker.register(`${import.meta.env.BASE_URL.replace(/\/$/, '')}/sw.js`).catch(() => undefined); // no service worker here: the page works, online
    }, 3000);
  });
}
