// Measurements in a browser; `cargo xtask bench` runs them on the optimised build.

import { defineConfig } from '@playwright/test';
import tests from './playwright.config';

export default defineConfig({ ...tests, testDir: 'bench', workers: 1, use: { ...tests.use, trace: 'off' } });
