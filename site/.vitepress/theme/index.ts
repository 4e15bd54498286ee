import type { Theme } from 'vitepress';
import { useRoute } from 'vitepress';
import DefaultTheme from 'vitepress/theme';
import { nextTick, onMounted, watch } from 'vue';
import { drawDiagrams } from './diagrams.ts';
import './site.css';

// biome-ignore lint/style/noDefaultExport: VitePress looks for it.
export default {
  extends: DefaultTheme,
  setup() {
    const route = useRoute();
    const draw = () => nextTick(drawDiagrams);
    onMounted(draw);
    watch(() => route.path, draw);
  },
} satisfies Theme;
