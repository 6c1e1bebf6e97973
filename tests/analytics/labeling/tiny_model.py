"""A real model server on a tiny random model: llama.cpp with weights that this module makes (about half a megabyte).

The words are noise, but the server is real: its grammar keeps to the JSON schema, answers stop at the length that was
asked for, and a call that is longer than the context is refused.
"""

import sys
from pathlib import Path

import gguf
import numpy as np

CONTEXT_TOKENS = 12_288
_DIMENSION = 32
_LAYERS = 1
_HEADS = 4


def write_tiny_model(file: Path) -> None:
    """A one-layer llama with random weights and a vocabulary of bytes, so that any text has tokens."""
    chance = np.random.default_rng(7)
    writer = gguf.GGUFWriter(str(file), "llama")
    writer.add_context_length(CONTEXT_TOKENS)
    writer.add_embedding_length(_DIMENSION)
    writer.add_block_count(_LAYERS)
    writer.add_feed_forward_length(2 * _DIMENSION)
    writer.add_head_count(_HEADS)
    writer.add_head_count_kv(_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(_DIMENSION // _HEADS)
    words = _add_vocabulary(writer)
    for name, shape in _tensors(words).items():
        values = np.ones(shape) if name.endswith("norm.weight") else chance.normal(0, 0.5, shape)
        writer.add_tensor(name, values.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add_vocabulary(writer: gguf.GGUFWriter) -> int:
    special = ["<unk>", "<s>", "</s>"]
    tokens = special + [f"<0x{byte:02X}>" for byte in range(256)] + [chr(code) for code in range(32, 127)] + ["\u2581"]
    kinds = [gguf.TokenType.UNKNOWN, gguf.TokenType.CONTROL, gguf.TokenType.CONTROL]
    kinds += [gguf.TokenType.BYTE] * 256 + [gguf.TokenType.NORMAL] * 96
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * len(tokens))
    writer.add_token_types(kinds)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_chat_template("{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}assistant:")
    return len(tokens)


def _tensors(words: int) -> dict[str, tuple[int, ...]]:
    square, wide = (_DIMENSION, _DIMENSION), (2 * _DIMENSION, _DIMENSION)
    block = {
        "attn_norm": (_DIMENSION,),
        "attn_q": square,
        "attn_k": square,
        "attn_v": square,
        "attn_output": square,
        "ffn_norm": (_DIMENSION,),
        "ffn_gate": wide,
        "ffn_up": wide,
        "ffn_down": (_DIMENSION, 2 * _DIMENSION),
    }
    named = {f"blk.{layer}.{name}.weight": shape for layer in range(_LAYERS) for name, shape in block.items()}
    ends = {"token_embd": (words, _DIMENSION), "output_norm": (_DIMENSION,), "output": (words, _DIMENSION)}
    return named | {f"{name}.weight": shape for name, shape in ends.items()}


def main(model: str) -> None:
    """Serve until the parent closes standard input; the address is the first line of standard output."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = model
    params.n_ctx = CONTEXT_TOKENS
    params.n_parallel = 1
    params.port = 0
    params.cpuparams.n_threads = 1
    params.warmup = False
    params.ui = False
    server = xllamacpp.Server(params)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1])
