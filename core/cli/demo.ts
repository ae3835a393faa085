export const demo = {
  name: 'demo',
  about: '',
  arguments: [],
  options: {},
  examples: [],
  run: async () => 0,
};
