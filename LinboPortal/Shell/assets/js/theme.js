// Runs before the first paint, so that a dark page never flashes light.
const root = document.documentElement;
const wish = root.dataset.wish;
root.dataset.theme = wish !== 'auto' ? wish : matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
