"""The statistics, decompositions and gates of the method, as one would write them in PyTorch: hooks, unfolded patches, autograd.

A layer is y = W x with W [M, K] in each of its groups; a convolution is the same on patches, K = channels of a group * kernel. Shapes
below are [groups, ...]; h = V x are a layer's components, y = U h.
"""
import math

import torch
from torch import nn
from torch.nn import functional


IGNORED = -100


def drawn_labels(logits, labels, generator):
    """Labels drawn from the model's own prediction: what makes B the true Fisher information. Where `labels` do not count, none are."""
    drawn = torch.multinomial(torch.softmax(logits.detach().flatten(0, -2), 1), 1, generator=generator)
    return drawn.reshape(labels.shape).where(labels != IGNORED, IGNORED)


def losses(logits, labels, is_drawn=False):
    """[samples], for logits [samples, classes] or [samples, positions, classes].

    A sample's loss is the mean over its T positions that count. Labels drawn independently at each position weigh 1/sqrt(T) instead of 1/T,
    so that the gradient's covariance is 1/T times the sum over positions.
    """
    values = functional.cross_entropy(logits.flatten(0, -2), labels.flatten(), reduction="none", ignore_index=IGNORED)
    count = (labels != IGNORED).reshape(len(labels), -1).sum(1)
    return values.reshape(len(labels), -1).sum(1) / count ** (0.5 if is_drawn else 1)


def loss_sum(logits, labels, is_drawn=False):
    """Summed, so that what flows back to a sample is the gradient of that sample's loss alone."""
    return losses(logits, labels, is_drawn).sum()


def grouped_weight(layer):
    """W [groups, M, K]."""
    groups = getattr(layer, "groups", 1)
    return layer.weight.detach().reshape(groups, layer.weight.shape[0] // groups, -1)


def columns(value, groups):
    """[samples, channels, ...positions] as [groups, channels of a group, samples * positions]."""
    samples, channels = value.shape[:2]
    return value.reshape(samples, groups, channels // groups, -1).permute(1, 2, 0, 3).reshape(groups, channels // groups, -1)


def channels_second(layer, value):
    """A linear layer has its channels last, and may have positions before them."""
    return value.movedim(-1, 1) if isinstance(layer, nn.Linear) else value


def patches(layer, x, most):
    """What the weight is multiplied with, [groups, K, columns], and how many positions each column stands for.

    Where a map has more than `most` positions (0: no limit), a regular grid of them is taken.
    """
    if isinstance(layer, nn.Linear):
        return columns(channels_second(layer, x), 1), 1.0
    size = [
        (x.shape[2 + i] + 2 * layer.padding[i] - layer.dilation[i] * (layer.kernel_size[i] - 1) - 1) // layer.stride[i] + 1 for i in (0, 1)]
    step = max(1, math.ceil(math.sqrt(size[0] * size[1] / most))) if most else 1
    stride = [s * step for s in layer.stride]
    if layer.kernel_size == (1, 1) and layer.padding == (0, 0):
        taken = x[:, :, :: stride[0], :: stride[1]].flatten(2)
    else:
        taken = functional.unfold(x, layer.kernel_size, layer.dilation, layer.padding, stride)
    return columns(taken, layer.groups), size[0] * size[1] / taken.shape[2]


class Statistics:
    """A, B and G of every layer, as means over the samples."""

    def __init__(self, layers, most_positions):
        self.layers, self.most_positions, self.samples = layers, most_positions, 0
        self.inputs, self.gradients, self.weight_gradients = {}, {}, {}
        self.is_drawn = False
        self.hooks = [layer.register_forward_hook(self.hook(name)) for name, layer in layers.items()]
        for layer in layers.values():
            layer.weight.requires_grad_()  # for G; nothing else of the network wants gradients

    def hook(self, name):
        def forward(layer, inputs, output):
            if not inputs[0].requires_grad:
                self.first_outputs.append(output)
            x, positions = patches(layer, inputs[0].detach(), self.most_positions)
            add(self.inputs, name, x, positions)

            def backward(gradient):
                if self.is_drawn:
                    add(self.gradients, name, columns(channels_second(layer, gradient), getattr(layer, "groups", 1)), 1.0)
            output.register_hook(backward)
        return forward

    def add_batch(self, network, x, labels, generator, clock):
        """One forward and two backward passes; the one for G is timed as a stage of its own."""
        self.first_outputs, self.is_drawn = [], False
        with clock("statistics"):
            logits = network(*x)
            drawn = drawn_labels(logits, labels, generator)
        with clock("weightGradients"):
            weights = [layer.weight for layer in self.layers.values()]
            for name, gradient in zip(self.layers, torch.autograd.grad(loss_sum(logits, labels), weights, retain_graph=True)):
                self.weight_gradients[name] = self.weight_gradients.get(name, 0) + gradient
        with clock("statistics"):
            self.is_drawn = True
            # Asking for the first layers' outputs alone runs every hook on the way and computes no weight gradients.
            torch.autograd.grad(loss_sum(logits, drawn, is_drawn=True), self.first_outputs)
        self.samples += len(labels)

    def finish(self):
        for hook in self.hooks:
            hook.remove()
        for sums in (self.inputs, self.gradients, self.weight_gradients):
            for name in sums:
                sums[name] /= self.samples


def add(sums, name, x, scale):
    """Adds scale * x xT to a running sum."""
    if name not in sums:
        sums[name] = torch.zeros(x.shape[0], x.shape[1], x.shape[1], dtype=x.dtype)
    sums[name].baddbmm_(x, x.transpose(1, 2), alpha=scale)


def root(moment, shrinkage):
    """The lower triangular root of a second moment shrunk towards the scaled identity, in float64."""
    moment = moment.double()
    size = moment.shape[-1]
    scale = moment.diagonal(dim1=1, dim2=2).mean(1).clamp_min(1e-300)
    return torch.linalg.cholesky((1 - shrinkage) * moment + shrinkage * scale[:, None, None] * torch.eye(size, dtype=torch.float64))


def decomposed(weight, inputs, gradients, shrink_inputs=0.1, shrink_gradients=0.3):
    """U [groups, M, R] and V [groups, R, K] with U V = W, from the SVD of Rᵀ W L, A = L Lᵀ and B = R Rᵀ, with R = min(M, K) values."""
    right, left = root(inputs, shrink_inputs), root(gradients, shrink_gradients)
    u, s, v = torch.linalg.svd(left.mT @ weight.double() @ right, full_matrices=False)
    return torch.linalg.solve_triangular(left.mT, u * s[:, None], upper=True), torch.linalg.solve_triangular(right, v, upper=False, left=False)


class FactoredLayer(nn.Module):
    """A layer as V, then U.

    `component_hook` is called with h, of shape [samples, groups * R, ...positions], and returns what takes its place.
    """

    def __init__(self, layer, u, v):
        super().__init__()
        groups, rank, _ = v.shape
        self.component_hook = None
        self.is_linear = isinstance(layer, nn.Linear)
        if self.is_linear:
            self.v, self.u = nn.Linear(v.shape[2], rank, False), nn.Linear(rank, u.shape[1], layer.bias is not None)
        else:
            self.v = nn.Conv2d(
                layer.in_channels, groups * rank, layer.kernel_size, layer.stride, layer.padding, layer.dilation, groups, False)
            self.u = nn.Conv2d(groups * rank, layer.out_channels, 1, groups=groups, bias=layer.bias is not None)
        self.to(layer.weight.dtype)
        with torch.no_grad():
            self.v.weight.copy_(v.reshape(self.v.weight.shape))
            self.u.weight.copy_(u.reshape(self.u.weight.shape))
            if layer.bias is not None:
                self.u.bias.copy_(layer.bias)
        self.requires_grad_(False)

    def forward(self, x):
        h = self.v(x)
        if self.component_hook:
            h = self.component_hook(h.movedim(-1, 1) if self.is_linear else h)
            h = h.movedim(1, -1) if self.is_linear else h
        return self.u(h)


class Gates:
    """d loss / d z for a gate z = 1 on every component: the sum over positions of h dl/dh, for every sample."""

    def __init__(self, layers):
        """`layers`: FactoredLayer by name. Rows that are positions of samples, as of flattened sequences, are added up."""
        self.first, self.fisher = {name: [] for name in layers}, {name: [] for name in layers}
        for name, layer in layers.items():
            layer.component_hook = self.hook(name)

    def hook(self, name):
        def forward(h):
            if not h.requires_grad:
                self.starts.append(h.requires_grad_())
            values = h.detach()

            def backward(gradient):
                gates = (values * gradient).reshape(*values.shape[:2], -1).sum(2)
                self.target[name].append(gates.reshape(self.samples, -1, values.shape[1]).sum(1))
            h.register_hook(backward)
            return h
        return forward

    def add_batch(self, network, x, labels, generator=None, drawn=None):
        """`drawn`: labels for the curvature; drawn from the prediction where absent."""
        self.starts, self.samples = [], len(labels)
        logits = network(*x)
        drawn = drawn_labels(logits, labels, generator) if drawn is None else drawn
        self.target = self.first
        torch.autograd.grad(loss_sum(logits, labels), self.starts, retain_graph=True)
        self.target = self.fisher
        torch.autograd.grad(loss_sum(logits, drawn, is_drawn=True), self.starts)

    def finish(self):
        """(first, fisher): by layer, [samples, groups * R]."""
        return tuple({name: torch.cat(rows) for name, rows in part.items()} for part in (self.first, self.fisher))
