import { svelte } from "@sveltejs/vite-plugin-svelte";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

const isCustomElement = (name) => name.startsWith("callpoint-");

export default defineConfig({
  plugins: [vue({ template: { compilerOptions: { isCustomElement } } }), svelte()],
  build: { rolldownOptions: { input: ["react/index.html", "vue/index.html", "svelte/index.html"] } },
});
