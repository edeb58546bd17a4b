//! Takes the bodies out of functions that our client never calls, but that the linker must keep.
//!
//! Leptos puts every view behind a table of functions, among them one for pages that hydrate piece by piece. Nothing can
//! tell that no such page exists, so a copy of it for each type of view stays in the module. Should one be called after
//! all, the client traps, and the browser suite fails on every page.

use walrus::{FunctionBuilder, FunctionId, FunctionKind, LocalId, Module, ModuleConfig, ValType};

use crate::problem::{Problem, Result};

/// Whether a function of this (mangled) name hydrates a view of erased type asynchronously. Only what does the work counts:
/// the compiler gives small functions of equal content one body, under the name of any of them.
fn is_never_called(name: &str) -> bool {
    ["into_any", "hydrate_async", "closure"].iter().all(|part| name.contains(part)) && !name.contains("drop_in_place")
}

/// The module with `unreachable` in place of what is never called. Its names must not have been stripped.
pub fn module(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut module = parse(wasm)?;
    for function in never_called(&module) {
        function.empty(&mut module);
    }
    Ok(module.emit_wasm())
}

/// The same of the main module, which always has such functions: every page is drawn by it.
pub fn main(wasm: &[u8]) -> Result<Vec<u8>> {
    if never_called(&parse(wasm)?).is_empty() {
        return Err(Problem::new(
            "the client has none of the functions that site/client/snip.rs takes out; has Leptos changed?",
        ));
    }
    module(wasm)
}

/// Reads a module that the compiler or wasm-bindgen has made.
pub fn parse(wasm: &[u8]) -> Result<Module> {
    let mut config = ModuleConfig::new();
    // As wasm-bindgen does: what comes from the compiler is valid.
    config.strict_validate(false).generate_name_section(true);
    config.parse(wasm).map_err(|error| Problem::new(format!("reading the client's module: {error:#}")))
}

struct Dead {
    id: FunctionId,
    arguments: Vec<LocalId>,
    parameters: Vec<ValType>,
    results: Vec<ValType>,
}

impl Dead {
    fn empty(self, module: &mut Module) {
        let mut builder = FunctionBuilder::new(&mut module.types, &self.parameters, &self.results);
        builder.func_body().unreachable();
        module.funcs.get_mut(self.id).kind = FunctionKind::Local(builder.local_func(self.arguments));
    }
}

fn never_called(module: &Module) -> Vec<Dead> {
    let named = module.funcs.iter().filter(|function| function.name.as_deref().is_some_and(is_never_called));
    let dead = named.filter_map(|function| {
        let FunctionKind::Local(local) = &function.kind else { return None };
        let (parameters, results) = module.types.params_results(local.ty());
        Some(Dead {
            id: function.id(),
            arguments: local.args.clone(),
            parameters: parameters.to_vec(),
            results: results.to_vec(),
        })
    });
    dead.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module_with(name: &str) -> Vec<u8> {
        let mut module = Module::default();
        let mut builder = FunctionBuilder::new(&mut module.types, &[ValType::I32], &[ValType::I32]);
        let argument = module.locals.add(ValType::I32);
        builder.name(name.to_owned()).func_body().local_get(argument);
        let function = builder.finish(vec![argument], &mut module.funcs);
        module.exports.add("f", function);
        module.emit_wasm()
    }

    #[test]
    fn only_what_is_never_called_loses_its_body() {
        let hydrate = "_ZN53_$LT$T$u20$as$u20$tachys..view..any_view..IntoAny$GT$8into_any13hydrate_async28_$u7b$$u7b$closure$u7d$$u7d$17h00E";
        let module = parse(&super::module(&module_with(hydrate)).unwrap()).unwrap();
        let (_, function) = module.funcs.iter_local().next().unwrap();
        assert_eq!(function.args.len(), 1, "its signature stays");
        assert!(function.block(function.entry_block()).instrs.iter().any(|(instr, _)| instr.is_unreachable()));
        assert!(main(&module_with("into_any::build")).is_err(), "a Leptos without these functions is noticed");
        assert!(main(&module_with(hydrate)).is_ok());
    }
}
