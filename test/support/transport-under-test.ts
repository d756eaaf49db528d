/** What sends in this run: `undici` in the suite of jest.undici.config.js, and in the processes that it starts. */
export const transportUnderTest = process.env['TRANSPORT'] === 'undici' ? 'undici' : 'axios';
